using System.Buffers;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// Text on its way into a text/plain part: with CRLF line ends, and in the transfer encoding that suits it. US-ASCII with lines of at most
/// 998 octets goes as it is; else UTF-8 in quoted-printable or base64, whichever is shorter.
/// </summary>
internal sealed class TextPart
{
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
        var collides = !boundary.IsNone && octets.AsSpan().IndexOf(Encoding.ASCII.GetBytes("--" + boundary.Value)) >= 0;
        if (ascii && !collides && IsPlain(octets))
            return new TextPart(octets, charset, null);
        var quoted = QuotedPrintable.EstimatedSize(octets) <= Base64Lines.EncodedSize(octets.Length);
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

    // RFC 5322 2.1.1 and 3.5: lines of at most 998, and no NUL or other control that a relay may take offence at.
    private static bool IsPlain(ReadOnlySpan<byte> text)
    {
        var column = 0;
        foreach (var octet in text)
        {
            if (octet is < (byte)' ' and not ((byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'\f') or 0x7f)
                return false;
            column = octet == '\n' ? 0 : column + 1;
            // The CR is counted with the line.
            if (column > HeaderWriter.MaxLine + 1)
                return false;
        }
        return true;
    }
}
