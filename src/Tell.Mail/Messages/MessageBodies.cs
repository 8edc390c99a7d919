using System.Buffers;
using System.Text;

namespace Tell.Mail;

/// <summary>Collects what a message shows: which part is its text and which its HTML, and the octets of those, as far as the limit goes.</summary>
internal sealed class MessageBodies(int mostText, Action<ReadPart, string> report)
{
    /// <summary>The octets of a winmail.dat that is read into; a larger one stays a file.</summary>
    private const int MostTnef = 16 * 1024 * 1024;

    /// <summary>The files that are looked for inside one part.</summary>
    private const int MostFiles = 100;

    private readonly ArrayBufferWriter<byte> _octets = new(4096);
    private readonly StringBuilder _body = new();
    private ReadPart? _text, _html, _kept;
    private int _room;
    private bool _isCut;
    private (ReadPart Part, TnefMessage Message)? _tnef;

    /// <summary>The text as it was written; null for none.</summary>
    public string? Text { get; private set; }

    /// <summary>All text, as people should see it; null for none.</summary>
    public string? Body => Text is null ? null : _body.ToString();

    /// <summary>The HTML; null for none.</summary>
    public string? Html { get; private set; }

    /// <summary>The charset that the text, or else the HTML, was read in.</summary>
    public string? Charset { get; private set; }

    /// <summary>A part begins: says what it is for.</summary>
    public void Begin(ReadPart part)
    {
        part.Role = RoleOf(part);
        var keeps = part.Role is PartRole.Text or PartRole.MoreText or PartRole.Html || IsTnef(part) || MayBeText(part);
        _kept = keeps ? part : null;
        _isCut = false;
        _octets.ResetWrittenCount();
        _room = IsTnef(part) ? MostTnef : part.Role == PartRole.MoreText ? Math.Max(0, mostText - _body.Length) : mostText;
        if (part.Role == PartRole.Text)
            _text = part;
        else if (part.Role == PartRole.Html)
            _html = part;
    }

    /// <summary>Octets of a part.</summary>
    public void Add(ReadPart part, ReadOnlySpan<byte> octets)
    {
        if (part != _kept || _isCut)
            return;
        var room = _room - _octets.WrittenCount;
        _isCut = octets.Length > room;
        if (_isCut)
            octets = octets[..room];
        // A full buffer doubles where it is asked for room for nothing.
        if (!octets.IsEmpty)
            _octets.Write(octets);
    }

    /// <summary>A part ends; the files that were found in it.</summary>
    public IReadOnlyList<(string Name, MediaType Type, ReadOnlyMemory<byte> Octets)> End(ReadPart part)
    {
        if (part != _kept)
            return [];
        _kept = null;
        if (IsTnef(part))
            return EndTnef(part);
        if (part.ContentType.Type == "multipart" && !BecomesText(part))
            return [];
        if (_isCut)
            report(part, $"a text of {part.Size} octets: only the first {_octets.WrittenCount} are read");
        var reading = Tell.Mail.Charset.Decode(_octets.WrittenSpan, part.ContentType["charset"]);
        if (reading.Problem is { } problem)
            report(part, problem);
        var text = reading.Text.Replace("\r\n", "\n", StringComparison.Ordinal);
        Charset = part.Role == PartRole.Text ? reading.Charset : Charset ?? reading.Charset;
        if (part.Role == PartRole.Html)
        {
            Html = text;
            return [];
        }
        if (part.Role == PartRole.Text)
            Text = text;
        return EndText(part, text);
    }

    /// <summary>The message has ended: where it says nothing itself, the first winmail.dat says it.</summary>
    public void Finish()
    {
        if (_tnef is not ({ } part, { } message) || Html is not null || !string.IsNullOrWhiteSpace(Text))
            return;
        var text = Kept(part, message.Text ?? (message is { Html: null, Rtf: { } rtf } ? RtfText.ToPlain(rtf) : null));
        Html = Kept(part, message.Html);
        if (text is null && Html is null)
            return;
        Text = text;
        _body.Clear().Append(text);
        Charset = message.Charset;
    }

    private string? Kept(ReadPart part, string? text)
    {
        text = text?.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (text.Length <= mostText)
            return text;
        report(part, $"TNEF: a text of {text.Length} characters: only the first {mostText} are read");
        return text[..mostText];
    }

    private IReadOnlyList<(string, MediaType, ReadOnlyMemory<byte>)> EndText(ReadPart part, string text)
    {
        var files = new List<(string, MediaType, ReadOnlyMemory<byte>)>();
        var uu = UuText.Extract(text, MostFiles);
        foreach (var file in uu.Files)
        {
            if (file.Problem is { } wrong)
                report(part, $"a uuencoded file: {wrong}");
            files.Add((file.Name, TypeOf(null, file.Name), file.Octets));
        }
        text = uu.Text;
        if (string.Equals(part.ContentType["format"], "flowed", StringComparison.OrdinalIgnoreCase))
            text = FlowedText.Unwrap(text, string.Equals(part.ContentType["delsp"], "yes", StringComparison.OrdinalIgnoreCase));
        if (_body.Length > 0 && _body[^1] != '\n')
            _body.Append('\n');
        _body.Append(text);
        return files;
    }

    private IReadOnlyList<(string, MediaType, ReadOnlyMemory<byte>)> EndTnef(ReadPart part)
    {
        if (_isCut)
        {
            report(part, $"TNEF of {part.Size} octets: it is not read into");
            return [];
        }
        // What is found is shown after this part, when the buffer may be written again.
        if (!Tnef.TryRead(_octets.WrittenSpan.ToArray(), out var message))
        {
            report(part, "it is named TNEF, but is not");
            return [];
        }
        foreach (var problem in message.Problems)
            report(part, $"TNEF: {problem}");
        _tnef ??= (part, message);
        return [.. message.Attachments.Take(MostFiles).Select(file =>
            (file.Name, file.Message is null ? TypeOf(file.MediaType, file.Name) : TypeOf("application/ms-tnef", ""), file.Octets))];
    }

    private static MediaType TypeOf(string? said, string name) =>
        said is not null && MediaType.TryParse(said, out var type) ? type
        : MediaType.TryParse(FileTypes.TypeOf(name), out var known) ? known
        : MediaType.Plain;

    private PartRole RoleOf(ReadPart part)
    {
        if (part.IsMultipart || part.Disposition == "attachment" || MayBeText(part))
            return PartRole.None;
        if (part.ContentType.Is("text", "plain") && TextRoleOf(part) is not PartRole.None and var role)
            return role;
        if (part.ContentType.Is("text", "html") && (_html is null || (!part.IsFile && AreAlternatives(_html, part))))
            return PartRole.Html;
        return part.IsFile ? PartRole.None : PartRole.Shown;
    }

    private PartRole TextRoleOf(ReadPart part) =>
        _text is null ? PartRole.Text
        : part.IsFile ? PartRole.None
        : AreAlternatives(_text, part) ? PartRole.Shown : PartRole.MoreText;

    // A multipart whose boundary is not known or never comes: nobody else would show what it holds.
    private static bool MayBeText(ReadPart part) => part.Within is null && part.ContentType.Type == "multipart" && part.Disposition != "attachment"
        && (part.IsMultipart || string.IsNullOrWhiteSpace(part.ContentType["boundary"]));

    // At its end, when it is known that it has no parts. White space is not worth the place of the text that follows.
    private bool BecomesText(ReadPart part)
    {
        var role = TextRoleOf(part);
        if (part.IsMultipart || !_octets.WrittenSpan.ContainsAnyExcept(" \t\r\n"u8) || role is not (PartRole.Text or PartRole.MoreText))
            return false;
        part.Role = role;
        if (role == PartRole.Text)
            _text = part;
        return true;
    }

    // Whether two parts say the same in two ways: where their ways part is a multipart/alternative.
    private static bool AreAlternatives(ReadPart one, ReadPart other)
    {
        var (left, right) = (one.Parent, other.Parent);
        while (left is not null && right is not null && left != right)
        {
            if (left.Depth >= right.Depth)
                left = left.Parent;
            else
                right = right.Parent;
        }
        return left is not null && left == right && left.ContentType.Is("multipart", "alternative");
    }

    private static bool IsTnef(ReadPart part) => part.Within is null && !part.IsMultipart
        && (part.ContentType.Is("application", "ms-tnef") || part.ContentType.Is("application", "vnd.ms-tnef"));
}
