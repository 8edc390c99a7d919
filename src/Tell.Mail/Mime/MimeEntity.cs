using System.Collections.Immutable;

namespace Tell.Mail;

/// <summary>A message or a part of one, as its header tells (RFC 2045 2.4). What is missing or cannot be read has the value that the RFC gives it.</summary>
public sealed class MimeEntity
{
    private readonly HeaderField? _disposition;

    private string? _dispositionWord;
    private ImmutableArray<(string Name, string Value)> _dispositionParameters;

    internal MimeEntity(MimeEntity? parent, string section, HeaderBlock header, EntityFields fields)
    {
        (Parent, Section, Header) = (parent, section, header);
        (ContentType, Encoding, IsMultipart, _disposition) = (fields.Type, fields.Encoding, fields.IsMultipart, fields.Disposition);
    }

    /// <summary>The multipart that it is in; null for the message itself.</summary>
    public MimeEntity? Parent { get; }

    /// <summary>Its number as IMAP counts (RFC 9051 6.4.5): "" for the message, "1", "2.1" for its parts; parts of a message/rfc822 are numbered by its own reader.</summary>
    public string Section { get; }

    /// <summary>How many multiparts it is in.</summary>
    public int Depth => Parent is null ? 0 : Parent.Depth + 1;

    /// <summary>Its header, which is a copy: it may be kept.</summary>
    public HeaderBlock Header { get; }

    /// <summary>Its media type; where none is said text/plain, in a digest message/rfc822.</summary>
    public MediaType ContentType { get; }

    /// <summary>"inline", "attachment" or another word, lower case; null where none is said (RFC 2183).</summary>
    public string? Disposition
    {
        get
        {
            ReadDisposition();
            return _dispositionWord;
        }
    }

    /// <summary>The file name, of Content-Disposition or else of Content-Type, decoded (RFC 2231, RFC 2047 where programs use that), as it was given: it may hold a path. Null for none.</summary>
    public string? FileName
    {
        get
        {
            ReadDisposition();
            foreach (var (name, value) in _dispositionParameters)
            {
                if (name == "filename" && !string.IsNullOrWhiteSpace(value))
                    return value.Trim();
            }
            return ContentType["name"] is { } named && !string.IsNullOrWhiteSpace(named) ? named.Trim() : null;
        }
    }

    /// <summary>Content-ID without angle brackets; null for none.</summary>
    public string? ContentId
    {
        get
        {
            var text = Header.Find("Content-ID")?.Text.Text ?? "";
            var start = text.IndexOf('<', StringComparison.Ordinal) + 1;
            var end = text.IndexOf('>', start);
            text = (end < 0 ? text[start..] : text[start..end]).Trim();
            return text.Length == 0 ? null : text;
        }
    }

    /// <summary>How its octets are written.</summary>
    public TransferEncoding Encoding { get; }

    /// <summary>True where it has parts: a multipart with a boundary, within the limits. False from its End on where no boundary opened one.</summary>
    public bool IsMultipart { get; internal set; }

    private void ReadDisposition()
    {
        if (!_dispositionParameters.IsDefault)
            return;
        var text = FieldParameters.SkipComments(_disposition?.Text.Text);
        var end = text.IndexOfAny("; \t(=");
        var word = end < 0 ? text : text[..end];
        // "filename=x" and no word before it.
        if (end >= 0 && FieldParameters.SkipComments(text[end..]) is ['=', ..])
        {
            word = default;
            end = 0;
        }
        _dispositionWord = word.IsEmpty ? null : word.ToString().ToLowerInvariant();
        _dispositionParameters = end < 0 ? [] : FieldParameters.Read(text[end..]);
    }
}
