namespace Tell.Mail;

/// <summary>What a message says about an attached file; the octets are fed to <see cref="MessageWriter"/> as they come.</summary>
public sealed record Attachment
{
    // What file systems hold.
    private const int LongestName = 255;

    /// <summary>An attachment. A path is cut to its last part, since the name is all that the recipient needs to know.</summary>
    /// <param name="fileName">The name; "attachment" where nothing is left of it.</param>
    /// <param name="contentType">Type and subtype (RFC 2045 5.1), without parameters.</param>
    /// <exception cref="ArgumentException">The content type is not type/subtype.</exception>
    public Attachment(Line fileName, string contentType = FileTypes.Unknown)
    {
        FileName = NameOf(fileName) is { IsEmpty: false } name ? name : Line.From("attachment");
        ContentType = IsType(contentType)
            ? contentType
            : throw new ArgumentException($"\"{Line.Clean(contentType)}\" is not a content type: expected type/subtype.", nameof(contentType));
    }

    /// <summary>The file name: no path, no control character, nothing that turns the direction of its letters, not empty, at most 255 characters.</summary>
    public Line FileName { get; }

    /// <summary>Type and subtype.</summary>
    public string ContentType { get; }

    /// <summary>The Content-ID, without angle brackets, by which the HTML shows it: it is then inline, in the multipart/related; null for a file of its own.</summary>
    public string? ContentId { get; init; }

    /// <summary>True where it is a message or a part of one by its type; message/global is not among them, which may be written in any encoding (RFC 6532 3.7).</summary>
    public bool IsMessage => Begins("message/") && !Begins("message/global");

    /// <summary>True where <see cref="SevenBitScan"/> holds of its octets: a message goes as it is then, which no other encoding is allowed to it (RFC 2046 5.2.1).</summary>
    public bool IsSevenBit { get; init; }

    /// <summary>True where it is shown inside the HTML: it has a Content-ID that a field and a URL can hold. Another one is as if it were not there.</summary>
    public bool IsInline =>
        ContentId is { Length: > 0 and <= 500 } id && !id.AsSpan().ContainsAnyExceptInRange('!', '~') && !id.AsSpan().ContainsAny("<>\"\\()");

    /// <summary>
    /// An attachment of what somebody else has said of it: nothing is refused. A type that is none, or that says nothing, is that of the file's extension.
    /// </summary>
    public static Attachment Of(string fileName, string? contentType, string? contentId = null)
    {
        var said = contentType is not null && IsType(contentType) && !contentType.Equals(FileTypes.Unknown, StringComparison.OrdinalIgnoreCase);
        var name = Line.Clean(fileName);
        return new Attachment(name, said ? contentType! : FileTypes.TypeOf(name.Text)) { ContentId = contentId };
    }

    /// <summary>True where its octets are written as they are.</summary>
    internal bool IsWrittenAsIs => IsSevenBit && IsMessage && !IsRemote;

    /// <summary>
    /// The type that is written: a message that cannot go as it is, a multipart, whose boundary nobody knows, and what stands for something elsewhere are octets
    /// and no more (RFC 2046 5.2.2, 5.2.3).
    /// </summary>
    internal string WrittenType => IsComposite && !IsWrittenAsIs ? FileTypes.Unknown : ContentType;

    private bool IsComposite => IsMessage || Begins("multipart/");

    private bool IsRemote => Begins("message/partial") || Begins("message/external-body");

    private bool Begins(string type) => ContentType.StartsWith(type, StringComparison.OrdinalIgnoreCase);

    /// <summary>What is left of a file name without path, control characters and the like, at most 255 characters; empty where that is nothing, or dots.</summary>
    public static Line NameOf(Line fileName)
    {
        var name = fileName.Text[(fileName.Text.LastIndexOfAny(['/', '\\']) + 1)..];
        var kept = string.Concat(name.Where(c => !char.IsControl(c) && !IsOverride(c))).Trim();
        if (kept.AsSpan().TrimStart('.').IsEmpty)
            return default;
        if (kept.Length <= LongestName)
            return Line.From(kept);
        var dot = kept.LastIndexOf('.');
        var extension = dot > 0 && kept.Length - dot <= 17 ? kept[dot..] : "";
        var end = LongestName - extension.Length;
        return Line.From(kept[..(char.IsHighSurrogate(kept[end - 1]) ? end - 1 : end)] + extension);
    }

    // Letters are written from right to left without these; they make "exe.pdf" of "fdp.exe" (Unicode TR 36 3.1).
    private static bool IsOverride(char c) => c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    private static bool IsType(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < text.Length - 1 && text.Length <= 127
            && text.Count(c => c == '/') == 1
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '+' or '-' or '_');
    }
}
