using System.Buffers;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// Text on its way into a text/plain part: with CRLF line ends, and in the transfer encoding that suits it. US-ASCII with lines of at most
/// 998 octets goes as it is; else UTF-8 in quoted-printable or base64, whichever is shorter.
/// </summary>
internal sealed class TextPart
{
    private static readonly SearchValues<byte> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(octet => (byte)octet).Except("\t\r\n\f"u8.ToArray()), 0x7f]);

    private readonly byte[] _octets;

    private TextPart(byte[] octets, string charset, string? transferEncoding) =>
        (_octets, Charset, TransferEncoding) = (octets, charset, transferEncoding);

    /// <summary>"us-ascii" or "utf-8".</summary>
    public string Charset { get; }

    /// <summary>"quoted-printable" or "base64"; null for the octets as they are (7bit).</summary>
    public string? TransferEncoding { get; }

    /// <summary>The part for a text; where it stands in a multipart, none of its lines can be taken for the boundary.</summary>
    public static TextPart Of(string text, Boundary boundary)
    {
        var octets = Canonical(Encoding.UTF8.GetBytes(text));
        var ascii = Ascii.IsValid(octets);
        var charset = ascii ? "us-ascii" : "utf-8";
        if (ascii && IsPlain(octets) && !Collides(octets, boundary.Value))
            return new TextPart(octets, charset, null);
        // Quoted-printable writes "=" as "=3D": "--0__=1" becomes the boundary "0__=3D1". No line of base64 begins with a hyphen.
        var quoted = QuotedPrintable.EstimatedSize(octets) <= Base64Lines.EncodedSize(octets.Length)
            && !Collides(octets, boundary.Value.Replace("=3D", "=", StringComparison.Ordinal));
        return new TextPart(octets, charset, quoted ? "quoted-printable" : "base64");
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
    private static byte[] Canonical(ReadOnlySpan<byte> text)
    {
        var octets = new ArrayBufferWriter<byte>(text.Length + text.Length / 16 + 2);
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny((byte)'\r', (byte)'\n');
            octets.Write(end < 0 ? text : text[..end]);
            octets.NewLine();
            if (end < 0)
                break;
            text = text[(end + (text[end..] is [(byte)'\r', (byte)'\n', ..] ? 2 : 1))..];
        }
        return octets.WrittenSpan.ToArray();
    }

    private static bool Collides(ReadOnlySpan<byte> octets, string boundary) =>
        boundary.Length > 0 && octets.IndexOf(Encoding.ASCII.GetBytes("--" + boundary)) >= 0;

    // RFC 5322 2.1.1 and 3.5: lines of at most 998, and no NUL or other control that a relay may take offence at.
    private static bool IsPlain(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAny(Controls))
            return false;
        while (!text.IsEmpty)
        {
            var length = text.IndexOf("\r\n"u8);
            if (length > HeaderWriter.MaxLine)
                return false;
            text = text[(length + 2)..];
        }
        return true;
    }
}
