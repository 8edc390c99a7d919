using System.Buffers;
using System.Text;

namespace Tell.Mail;

/// <summary>Text into octets, straight into the buffer of an output.</summary>
internal static class Octets
{
    /// <summary>Writes text as UTF-8; a lone surrogate becomes U+FFFD.</summary>
    public static void Utf8(this IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty)
            Encoding.UTF8.GetBytes(text, output);
    }

    /// <summary>Writes one octet.</summary>
    public static void Octet(this IBufferWriter<byte> output, byte octet)
    {
        output.GetSpan(1)[0] = octet;
        output.Advance(1);
    }

    /// <summary>Writes CR LF.</summary>
    public static void NewLine(this IBufferWriter<byte> output) => output.Write("\r\n"u8);

    /// <summary>True for C0 controls and DEL.</summary>
    public static bool IsAsciiControl(char c) => c is < ' ' or '\x7f';

    /// <summary>The text with all but printable US-ASCII turned into "?", cut at <paramref name="limit"/> characters: for fields that must be ASCII.</summary>
    public static string Printable(ReadOnlySpan<char> text, int limit)
    {
        text = text[..Math.Min(text.Length, limit)];
        if (!text.ContainsAnyExceptInRange(' ', '~'))
            return text.ToString();
        var kept = text.ToArray();
        for (var i = 0; i < kept.Length; i++)
        {
            if (kept[i] is '\t' or '\r' or '\n')
                kept[i] = ' ';
            else if (kept[i] is < ' ' or > '~')
                kept[i] = '?';
        }
        return new string(kept);
    }
}
