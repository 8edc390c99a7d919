using System.Buffers;

namespace Tell.Mail;

/// <summary>
/// Quoted-printable (RFC 2045 6.7) of text with CRLF line ends: lines of at most 76 characters, no white space at the end of a line, and
/// neither "From " nor "." at the start of one, which mail folders and careless SMTP agents change.
/// </summary>
public static class QuotedPrintable
{
    private const int LineCharacters = 76;

    /// <summary>Encodes text whose every CR and LF is part of a CRLF; a bare one is encoded as an octet.</summary>
    public static void Write(ReadOnlySpan<byte> text, IBufferWriter<byte> output) => Write(text, output, false);

    /// <summary>Encodes it so that, where this is wanted, no line begins with a hyphen: none can be taken for a boundary, whatever that is.</summary>
    internal static void Write(ReadOnlySpan<byte> text, IBufferWriter<byte> output, bool guardHyphens)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf("\r\n"u8);
            WriteLine(end < 0 ? text : text[..end], output, guardHyphens);
            if (end < 0)
                return;
            output.NewLine();
            text = text[(end + 2)..];
        }
    }

    /// <summary>Encodes the start of a line, or more of it, and a soft line break: the rest of it comes on the next line. No line begins with a hyphen.</summary>
    internal static void WriteOpen(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        WriteLine(line, output, guardHyphens: true, isOpen: true);
        output.Write("=\r\n"u8);
    }

    /// <summary>The encoded size of text, to within its soft line breaks at word ends.</summary>
    internal static long EstimatedSize(ReadOnlySpan<byte> text)
    {
        long size = 0;
        foreach (var octet in text)
            size += IsPlain(octet) || octet is (byte)'\r' or (byte)'\n' ? 1 : 3;
        return size + size / (LineCharacters - 1) * 3;
    }

    /// <summary>True for an octet that stands for itself, but at the end of a line.</summary>
    internal static bool IsPlain(byte octet) => octet is (byte)'\t' or >= (byte)' ' and <= (byte)'~' and not (byte)'=';

    private static void WriteLine(ReadOnlySpan<byte> line, IBufferWriter<byte> output, bool guardHyphens, bool isOpen = false)
    {
        Span<byte> coded = stackalloc byte[3];
        coded[0] = (byte)'=';
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var octet = line[i];
            var last = !isOpen && i + 1 == line.Length;
            var plain = IsPlain(octet)
                && !(last && octet is (byte)' ' or (byte)'\t')
                && !(column == 0 && (octet == '.' || (guardHyphens && octet == '-') || (octet == 'F' && line[i..].StartsWith("From "u8))));
            var width = plain ? 1 : 3;
            if (column + width > (last ? LineCharacters : LineCharacters - 1))
            {
                output.Write("=\r\n"u8);
                column = 0;
                i--;
                continue;
            }
            column += width;
            if (plain)
            {
                output.Octet(octet);
                continue;
            }
            coded[1] = Hex(octet >> 4);
            coded[2] = Hex(octet & 15);
            output.Write(coded);
        }
    }

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'A' + digit - 10);
}
