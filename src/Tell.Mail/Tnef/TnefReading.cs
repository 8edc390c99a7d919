using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Tell.Mail;

/// <summary>The attributes of a TNEF stream put together to a message.</summary>
internal sealed class TnefReading(int depth)
{
    private const int MostAttachments = 1000, MostProblems = 20, LongestName = 255;

    // MS-OXTNEF 2.1.3.1: the ids with the type in the upper half.
    private const uint Subject = 0x00018004, Body = 0x0002800c, MessageClass = 0x00078008, MessageProperties = 0x00069003, CodePage = 0x00069007,
        AttachmentStart = 0x00069002, AttachmentTitle = 0x00018010, AttachmentData = 0x0006800f, AttachmentFile = 0x00069001, AttachmentProperties = 0x00069005;

    private readonly ImmutableArray<TnefAttachment>.Builder _attachments = ImmutableArray.CreateBuilder<TnefAttachment>();
    private readonly ImmutableArray<string>.Builder _problems = ImmutableArray.CreateBuilder<string>();
    private TnefMessage _message = new();
    private ReadOnlyMemory<byte> _html;
    private string? _htmlCharset;
    private TnefAttachment? _open;
    private bool _hasLongName;

    /// <summary>Something that is wrong, once.</summary>
    public void Problem(string words)
    {
        if (_problems.Count < MostProblems && !_problems.Contains(words))
            _problems.Add(words);
    }

    /// <summary>The next attribute.</summary>
    public void Add(byte level, uint id, ReadOnlyMemory<byte> data)
    {
        if (level == 1)
            OfMessage(id, data);
        else
            OfAttachment(id, data);
    }

    /// <summary>The message.</summary>
    public TnefMessage Finish()
    {
        Close();
        if (!_html.IsEmpty)
            _message = _message with { Html = Decoded(_html.Span, _htmlCharset ?? _message.Charset) };
        return _message with { Attachments = _attachments.DrainToImmutable(), Problems = _problems.DrainToImmutable() };
    }

    private void OfMessage(uint id, ReadOnlyMemory<byte> data)
    {
        switch (id)
        {
            case CodePage when data.Length >= 4:
                var page = BinaryPrimitives.ReadUInt32LittleEndian(data.Span);
                if (NameOf(page) is { } name)
                    _message = _message with { Charset = name };
                else
                    Problem($"code page {page} is unknown");
                break;
            case Subject:
                _message = _message with { Subject = _message.Subject ?? Narrow(data.Span) };
                break;
            case Body:
                _message = _message with { Text = _message.Text ?? Narrow(data.Span) };
                break;
            case MessageClass:
                _message = _message with { MessageClass = Narrow(data.Span) };
                break;
            case MessageProperties:
                var properties = new TnefProperties(data);
                while (properties.TryNext(out var property))
                    OfMessage(property);
                Broken(properties);
                break;
            default:
                break;
        }
    }

    private void OfMessage(TnefProperty property)
    {
        switch (property.Id)
        {
            case 0x0037:
                _message = _message with { Subject = Text(property) ?? _message.Subject };
                break;
            case 0x1000:
                _message = _message with { Text = Text(property) ?? _message.Text };
                break;
            case 0x1009 when property.Type == 0x0102:
                if (CompressedRtf.TryRead(property.Value.Span, out var rtf, out var problem))
                    _message = _message with { Rtf = Encoding.Latin1.GetString(rtf) };
                else
                    Problem("the RTF is in no known form");
                if (problem is not null)
                    Problem(problem);
                break;
            case 0x1013 when property.Type == 0x001f:
                _message = _message with { Html = Text(property) };
                break;
            case 0x1013 when property.Type is 0x0102 or 0x001e:
                _html = property.Value;
                break;
            case 0x3fde when property.Type == 0x0003:
                _htmlCharset = NameOf(BinaryPrimitives.ReadUInt32LittleEndian(property.Value.Span));
                break;
            default:
                break;
        }
    }

    private void OfAttachment(uint id, ReadOnlyMemory<byte> data)
    {
        if (id == AttachmentStart)
        {
            Close();
            _open = new TnefAttachment("", default);
            return;
        }
        // Its first attribute is missing: what is there counts.
        _open ??= new TnefAttachment("", default);
        switch (id)
        {
            case AttachmentTitle or AttachmentFile:
                Name(Narrow(data.Span), isLong: false);
                break;
            case AttachmentData:
                _open = _open with { Octets = data };
                break;
            case AttachmentProperties:
                var properties = new TnefProperties(data);
                while (properties.TryNext(out var property))
                    OfAttachment(property);
                Broken(properties);
                break;
            default:
                break;
        }
    }

    private void OfAttachment(TnefProperty property)
    {
        switch (property.Id)
        {
            case 0x3707:
                Name(Text(property), isLong: true);
                break;
            case 0x3704 or 0x3001:
                Name(Text(property), isLong: false);
                break;
            case 0x370e:
                _open = _open! with { MediaType = Text(property) is { Length: > 0 } type ? Line.Clean(type).Text : null };
                break;
            case 0x3712:
                _open = _open! with { ContentId = Text(property)?.Trim('<', '>', ' ') is { Length: > 0 } contentId ? Line.Clean(contentId).Text : null };
                break;
            case 0x3701 when property.Type == 0x0102:
                _open = _open! with { Octets = property.Value };
                break;
            case 0x3701 when property.Type == 0x000d && property.Value.Length > 16:
                Inner(property.Value[16..]);
                break;
            default:
                break;
        }
    }

    // An object: the GUID of its kind, and for a message (IMessage) a TNEF stream.
    private void Inner(ReadOnlyMemory<byte> octets)
    {
        _open = _open! with { Octets = octets };
        if (octets.Length < 6 || BinaryPrimitives.ReadUInt32LittleEndian(octets.Span) != Tnef.Signature)
            return;
        if (depth + 1 >= Tnef.MostDepth)
            Problem("messages stand too deep in each other");
        else if (Tnef.TryRead(octets, depth + 1, out var inner))
            _open = _open with { Message = inner };
    }

    private void Name(string? name, bool isLong)
    {
        if (string.IsNullOrWhiteSpace(name) || (_hasLongName && !isLong) || (!isLong && _open!.Name.Length > 0))
            return;
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        _open = _open! with { Name = Line.Clean(name.AsSpan(0, Math.Min(name.Length, LongestName))).Text };
        _hasLongName |= isLong;
    }

    private void Close()
    {
        if (_open is not null && _attachments.Count < MostAttachments)
            _attachments.Add(_open);
        else if (_open is not null)
            Problem("there are too many attachments");
        (_open, _hasLongName) = (null, false);
    }

    private void Broken(TnefProperties properties)
    {
        if (properties.IsBroken)
            Problem("the properties cannot all be read");
    }

    private string? Text(TnefProperty property) => property.Type switch
    {
        0x001e => Narrow(property.Value.Span),
        0x001f => Encoding.Unicode.GetString(property.Value.Span).TrimEnd('\0'),
        _ => null,
    };

    private string Narrow(ReadOnlySpan<byte> octets) => Decoded(octets.TrimEnd((byte)0), _message.Charset);

    private string Decoded(ReadOnlySpan<byte> octets, string charset)
    {
        var read = Charset.Decode(octets, charset);
        if (read.Problem is not null)
            Problem($"a text is not {charset}");
        return read.Text;
    }

    private static string? NameOf(uint page) =>
        page is > 0 and < 100_000 ? Charset.NameOf("cp" + page.ToString("D3", CultureInfo.InvariantCulture)) : null;
}
