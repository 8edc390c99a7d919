using System.Collections.Immutable;
using System.Globalization;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Conversion;

/// <summary>Writes the files of a message into contents as they are read, and makes their items.</summary>
internal sealed class ItemizedFiles(Func<IContentWriter> newContent, List<IContentWriter> writers)
{
    private readonly ImmutableArray<Item>.Builder _items = ImmutableArray.CreateBuilder<Item>();
    private readonly ImmutableArray<string>.Builder _ids = ImmutableArray.CreateBuilder<string>();
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private ReadPart? _part;
    private IContentWriter? _writer;
    private int _madeUp;

    /// <summary>The items, in the order of the parts.</summary>
    public ImmutableArray<Item> Items => _items.ToImmutable();

    /// <summary>The Content-ID of each file that the HTML shows, "" for a file of its own; empty where no file has one.</summary>
    public ImmutableArray<string> ContentIds => _ids.Any(id => id.Length > 0) ? _ids.ToImmutable() : [];

    /// <summary>The files that were too many.</summary>
    public int Dropped { get; private set; }

    /// <summary>True where the text of the message is a file too.</summary>
    public bool TextIsFile { get; private set; }

    /// <summary>Takes what a reader has read.</summary>
    public async ValueTask TakeAsync(MessageReader reader, CancellationToken cancellation)
    {
        switch (reader.Token)
        {
            case MimeToken.Begin when IsKept(reader.Part):
                Begin(reader.Part);
                break;
            case MimeToken.Content when reader.Part == _part && _writer is not null:
                await _writer.WriteAsync(reader.Octets, cancellation);
                break;
            case MimeToken.End when reader.Part == _part && _writer is not null:
                var content = await _writer.CompleteAsync(cancellation);
                _items.Add(Item.OfAttachment(ItemNames.File, Name(_part), _part.ContentType.Essence, content));
                _ids.Add(_part.IsRelated ? _part.ContentId! : "");
                (_part, _writer) = (null, null);
                break;
            default:
                break;
        }
    }

    // The parts of an enclosed message are in its file; what is shown and is neither the text nor the HTML would be lost otherwise.
    private static bool IsKept(ReadPart part) => part.Within is null && !part.IsMultipart && (part.IsFile || part.Role == PartRole.Shown);

    private void Begin(ReadPart part)
    {
        if (_items.Count == Itemizer.MostFiles)
        {
            Dropped++;
            return;
        }
        TextIsFile |= part.Role == PartRole.Text;
        (_part, _writer) = (part, newContent());
        writers.Add(_writer);
    }

    private string Name(ReadPart part)
    {
        var name = Attachment.NameOf(Line.Clean(part.Name ?? "")).Text;
        if (name.Length == 0)
            return MadeUp(part.ContentType);
        _names.Add(name);
        return name;
    }

    // Facts: lotus 6.3: att1.unk.
    private string MadeUp(MediaType type)
    {
        while (true)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"att{++_madeUp}.{FileTypes.ExtensionOf(type.Essence)}");
            if (_names.Add(name))
                return name;
        }
    }
}
