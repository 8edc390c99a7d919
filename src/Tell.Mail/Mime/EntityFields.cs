using System.Text;

namespace Tell.Mail;

/// <summary>
/// What the fields of a header say about how an entity is read: of each the first (RFC 2045 has one), and where they are missing or cannot be read, what the
/// RFC says then. Found in one walk.
/// </summary>
internal readonly struct EntityFields
{
    private static readonly (string Name, TransferEncoding Encoding)[] Names =
    [
        ("7bit", TransferEncoding.SevenBit), ("8bit", TransferEncoding.EightBit), ("quoted-printable", TransferEncoding.QuotedPrintable),
        ("base64", TransferEncoding.Base64), ("binary", TransferEncoding.Binary), ("7-bit", TransferEncoding.SevenBit), ("8-bit", TransferEncoding.EightBit),
        ("x-uuencode", TransferEncoding.Uuencode), ("uuencode", TransferEncoding.Uuencode), ("x-uue", TransferEncoding.Uuencode), ("uue", TransferEncoding.Uuencode),
    ];

    /// <summary>The media type.</summary>
    public required MediaType Type { get; init; }

    /// <summary>The transfer encoding.</summary>
    public required TransferEncoding Encoding { get; init; }

    /// <summary>The boundary of a multipart; empty where it has none, or this is no multipart.</summary>
    public required byte[] Boundary { get; init; }

    /// <summary>The Content-Disposition, not yet read.</summary>
    public HeaderField? Disposition { get; init; }

    /// <summary>True where parts are read.</summary>
    public bool IsMultipart => Boundary.Length > 0;

    /// <summary>Reads them; <paramref name="say"/> takes what is wrong.</summary>
    public static EntityFields Of(HeaderBlock header, bool inDigest, bool canNest, Action<string> say)
    {
        HeaderField? type = null, encoding = null, disposition = null;
        foreach (var field in header.Fields)
        {
            if (field.Raw.Span[0] is not ((byte)'C' or (byte)'c'))
                continue;
            if (field.Is("Content-Type"))
                First(ref type, field, say);
            else if (field.Is("Content-Transfer-Encoding"))
                First(ref encoding, field, say);
            else if (field.Is("Content-Disposition"))
                First(ref disposition, field, say);
        }
        var media = TypeOf(type, inDigest, say);
        var isMultipart = media.Type == "multipart";
        var boundary = isMultipart ? BoundaryOf(type!.Value, media, say) : [];
        var hasBoundary = boundary.Length > 0;
        if (hasBoundary && !canNest)
        {
            say("it lies deeper than the limit, and its parts are not read");
            boundary = [];
        }
        return new EntityFields { Type = media, Encoding = EncodingOf(encoding, media, hasBoundary, say), Boundary = boundary, Disposition = disposition };
    }

    private static void First(ref HeaderField? found, HeaderField field, Action<string> say)
    {
        if (found is null)
            found = field;
        else
            say($"there is more than one {found.Value.Name}: the first counts");
    }

    private static MediaType TypeOf(HeaderField? field, bool inDigest, Action<string> say)
    {
        if (field is null)
            return inDigest ? MediaType.Message : MediaType.Plain;
        if (!MediaType.TryParse(field.Value.Text.Text, out var type))
            say("its Content-Type cannot be read, and is taken as text/plain");
        return type;
    }

    private static byte[] BoundaryOf(HeaderField field, MediaType type, Action<string> say)
    {
        var boundary = type["boundary"]?.TrimEnd(" \t").ToString() ?? "";
        if (boundary.Length == 0)
        {
            say("it is a multipart without a boundary, and its parts are not read");
            return [];
        }
        var octets = OctetsOf(boundary, field);
        if (octets.Length <= MimeBoundaries.LongestBoundary)
            return octets;
        say("its boundary is longer than a line, and its parts are not read");
        return [];
    }

    // Octets that are not UTF-8 are compared as they are, whatever characters they were read as.
    private static byte[] OctetsOf(string boundary, HeaderField field)
    {
        var value = field.RawValue.Span;
        if (System.Text.Unicode.Utf8.IsValid(value) && !value.Contains((byte)0x1b))
            return System.Text.Encoding.UTF8.GetBytes(boundary);
        _ = MediaType.TryParse(field.Octets.Text, out var type);
        return System.Text.Encoding.Latin1.GetBytes(type["boundary"]?.TrimEnd(' ', '\t') ?? "");
    }

    private static TransferEncoding EncodingOf(HeaderField? field, MediaType type, bool isMultipart, Action<string> say)
    {
        if (field is null)
            return TransferEncoding.SevenBit;
        var text = FieldParameters.SkipComments(field.Value.Text.Text);
        var end = text.IndexOfAny("; \t(");
        var encoding = Named(end < 0 ? text : text[..end]);
        if (encoding == TransferEncoding.Unknown && !text.IsEmpty)
            say("its Content-Transfer-Encoding is unknown: its octets are taken as they are");
        var isCoded = encoding is TransferEncoding.Base64 or TransferEncoding.QuotedPrintable or TransferEncoding.Uuencode or TransferEncoding.Unknown;
        if (isMultipart && isCoded)
        {
            // RFC 2045 6.4: only 7bit, 8bit and binary for a composite type.
            say("a multipart cannot have a Content-Transfer-Encoding like this one");
            return TransferEncoding.Binary;
        }
        if (isCoded && encoding != TransferEncoding.Unknown && type.Is("message", "rfc822"))
            say("a message/rfc822 is encoded, which it must not be");
        return text.IsEmpty ? TransferEncoding.SevenBit : encoding;
    }

    private static TransferEncoding Named(ReadOnlySpan<char> name)
    {
        foreach (var (known, encoding) in Names)
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
                return encoding;
        }
        return TransferEncoding.Unknown;
    }
}
