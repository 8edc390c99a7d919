using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// Text on its way into a part of its own: with CRLF line ends, in the narrowest charset that holds all of it (US-ASCII, then the wanted one, then
/// UTF-8), and in the transfer encoding that suits it: as it is where it is 7bit and no relay or mail folder changes its lines; else
/// quoted-printable or base64, whichever is shorter.
/// </summary>
internal sealed class TextPart
{
    private static readonly SearchValues<byte> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(octet => (byte)octet).Except("\t\r\n\f\x1b"u8.ToArray()), 0x7f]);

    private readonly byte[] _octets;

    private TextPart(byte[] octets, string charset, bool flowed, string? transferEncoding) =>
        (_octets, Charset, Parameters, TransferEncoding) = (octets, charset, flowed ? [$"charset={charset}", "format=flowed"] : [$"charset={charset}"], transferEncoding);

    /// <summary>The charset, lower case.</summary>
    public string Charset { get; }

    /// <summary>The parameters of its Content-Type.</summary>
    public string[] Parameters { get; }

    /// <summary>"quoted-printable" or "base64"; null for the octets as they are (7bit).</summary>
    public string? TransferEncoding { get; }

    /// <summary>The part for a text of ours.</summary>
    public static TextPart Of(string text, Boundary boundary) => Of(text, null, 0, boundary);

    /// <summary>The part for a text; where it stands in a multipart, none of its lines can be taken for the boundary of any level.</summary>
    /// <param name="text">The text, with any line ends.</param>
    /// <param name="wanted">The charset to use where US-ASCII does not do; null for UTF-8.</param>
    /// <param name="wrap">The column at which it is wrapped (RFC 3676); 0 leaves lines as they are.</param>
    /// <param name="boundary">The outermost boundary; none where it stands alone.</param>
    public static TextPart Of(string text, string? wanted, int wrap, Boundary boundary)
    {
        var lines = wrap > 0 ? FlowedLines.Wrap(text, wrap) : text;
        var (octets, charset) = Mail.Charset.Narrowest(Canonical(lines), wanted);
        var flowed = wrap > 0;
        if (IsPlain(octets, charset) && !Collides(octets, boundary.Stem))
            return new TextPart(octets, charset, flowed, null);
        var quoted = QuotedPrintable.EstimatedSize(octets) <= Base64Lines.EncodedSize(octets.Length) && !CollidesQuoted(octets, boundary.Stem);
        // No line of base64 begins with a hyphen.
        return new TextPart(octets, charset, flowed, quoted ? "quoted-printable" : "base64");
    }

    /// <summary>Writes the encoded text; it ends with a line end unless it is empty.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        switch (TransferEncoding)
        {
            case null:
                output.Write(_octets);
                break;
            case "base64":
                var lines = new Base64Lines(output);
                lines.Write(_octets);
                lines.Finish();
                break;
            default:
                QuotedPrintable.Write(_octets, output);
                break;
        }
    }

    // RFC 2046 4.1.1: CRLF and nothing else ends a line; the last line ends too.
    private static string Canonical(ReadOnlySpan<char> text)
    {
        var lines = new ArrayBufferWriter<char>(text.Length + text.Length / 16 + 2);
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny('\r', '\n');
            lines.Write(end < 0 ? text : text[..end]);
            lines.Write("\r\n");
            if (end < 0)
                break;
            text = text[(end + (text[end..] is ['\r', '\n', ..] ? 2 : 1))..];
        }
        return lines.WrittenSpan.ToString();
    }

    private static bool Collides(ReadOnlySpan<byte> octets, ReadOnlySpan<char> stem)
    {
        Span<byte> sought = stackalloc byte[stem.Length];
        return stem.Length > 0 && Encoding.ASCII.GetBytes(stem, sought) is var length && octets.IndexOf(sought[..length]) >= 0;
    }

    // Quoted-printable writes "=" as "=3D": the text "--0__=1" becomes the boundary "0__=3D1"; and where the id begins with the code of
    // another octet that is written so, that octet does it.
    private static bool CollidesQuoted(ReadOnlySpan<byte> octets, ReadOnlySpan<char> stem)
    {
        var sign = stem.IndexOf('=');
        if (sign < 0 || sign + 2 >= stem.Length
            || !byte.TryParse(stem.Slice(sign + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var coded))
            return false;
        Span<byte> sought = stackalloc byte[stem.Length - 2];
        Encoding.ASCII.GetBytes(stem[..sign], sought);
        sought[sign] = coded;
        Encoding.ASCII.GetBytes(stem[(sign + 3)..], sought[(sign + 1)..]);
        return octets.IndexOf(sought) >= 0;
    }

    // RFC 5322 2.1.1 and 3.5: lines of at most 998, and no NUL or other control that a relay may take offence at. White space at the end of a
    // line is cut by some, and mail folders put a ">" before "From ": either breaks a signature (RFC 6376 5.3).
    private static bool IsPlain(ReadOnlySpan<byte> text, string charset)
    {
        if (!Ascii.IsValid(text) || text.ContainsAny(Controls) || (text.Contains((byte)'\x1b') && !charset.StartsWith("iso-2022-", StringComparison.Ordinal)))
            return false;
        while (!text.IsEmpty)
        {
            var length = text.IndexOf("\r\n"u8);
            if (length > HeaderWriter.MaxLine || text.StartsWith("From "u8) || (length > 0 && text[length - 1] is (byte)' ' or (byte)'\t'))
                return false;
            text = text[(length + 2)..];
        }
        return true;
    }
}
