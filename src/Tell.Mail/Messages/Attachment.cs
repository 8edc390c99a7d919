namespace Tell.Mail;

/// <summary>What a message says about an attached file; the octets are fed to <see cref="MessageWriter"/> as they come.</summary>
public sealed record Attachment
{
    /// <summary>An attachment. A path is cut to its last part, since the name is all that the recipient needs to know.</summary>
    /// <param name="fileName">The name; "attachment" where nothing is left of it.</param>
    /// <param name="contentType">Type and subtype (RFC 2045 5.1), without parameters.</param>
    /// <exception cref="ArgumentException">The content type is not type/subtype.</exception>
    public Attachment(Line fileName, string contentType = "application/octet-stream")
    {
        var name = fileName.Text[(fileName.Text.LastIndexOfAny(['/', '\\']) + 1)..];
        FileName = Line.From(string.Concat(name.Where(c => !char.IsControl(c))) is { Length: > 0 } kept ? kept : "attachment");
        ContentType = IsType(contentType)
            ? contentType
            : throw new ArgumentException($"\"{Line.Clean(contentType)}\" is not a content type: expected type/subtype.", nameof(contentType));
    }

    /// <summary>The file name: no path, no control character, not empty.</summary>
    public Line FileName { get; }

    /// <summary>Type and subtype.</summary>
    public string ContentType { get; }

    private static bool IsType(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < text.Length - 1 && text.Length <= 127
            && text.Count(c => c == '/') == 1
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '+' or '-' or '_');
    }
}
