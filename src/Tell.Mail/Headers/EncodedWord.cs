using System.Buffers;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// Encoded words (RFC 2047, RFC 2231 5). Written: in UTF-8 or another charset, B or Q whichever is shorter, at most 75 octets each, never splitting a character.
/// Read: B and Q of every charset, as tolerantly as it can be told what was meant.
/// </summary>
public static partial class EncodedWord
{
    /// <summary>The longest encoded word (RFC 2047 2).</summary>
    public const int MaxLength = 75;

    private const int LongestCharset = 64;

    /// <summary>
    /// The text with its encoded words read; white space between two of them is dropped (RFC 2047 6.2). A single line. Never fails. Words of unknown charsets are
    /// read as what their octets look like; what is broken beyond reading stays as it is.
    /// </summary>
    /// <param name="text">The text of a field, unfolded.</param>
    /// <param name="insideQuotes">Also read words between double quotes, where RFC 2047 5 has none but many programs put them.</param>
    public static Line Decode(ReadOnlySpan<char> text, bool insideQuotes = true)
    {
        if (text.IndexOf("=?") < 0)
            return Line.Clean(text);
        var read = new StringBuilder(text.Length);
        var run = new WordRun(read);
        var (quoted, from) = (false, 0);
        for (var at = 0; ;)
        {
            var step = insideQuotes ? text[at..].IndexOf("=?") : NextOutside(text[at..], ref quoted);
            if (step < 0)
                break;
            at += step;
            if (!TryRead(text[at..], out var word))
            {
                at += 2;
                continue;
            }
            var between = text[from..at];
            if (!run.IsOpen || !between.Trim(" \t\r\n").IsEmpty)
            {
                run.Flush();
                read.Append(between);
            }
            run.Add(word.Charset, word.Octets);
            from = at += word.Length;
        }
        run.Flush();
        return Line.Clean(read.Append(text[from..]).ToString());
    }

    /// <summary>The length of the encoded word that a text begins with; 0 where it begins with none.</summary>
    internal static int LengthAt(ReadOnlySpan<char> text) => text is ['=', '?', ..] && TryMeasure(text, out _, out var length) ? length : 0;

    // The next "=?" that no double quotes enclose; a backslash quotes a quote.
    private static int NextOutside(ReadOnlySpan<char> text, ref bool quoted)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && quoted)
                i++;
            else if (text[i] == '"')
                quoted = !quoted;
            else if (!quoted && text[i] == '=' && i + 1 < text.Length && text[i + 1] == '?')
                return i;
        }
        return -1;
    }

    private static bool TryRead(ReadOnlySpan<char> text, out (string Charset, byte[] Octets, int Length) word)
    {
        word = default;
        if (!TryMeasure(text, out var first, out var length))
            return false;
        var body = text[(first + 5)..(length - 2)];
        var octets = text[first + 3] is 'B' or 'b' ? B(body) : Q(body);
        if (octets is null)
            return false;
        word = (text.Slice(2, first).ToString(), octets, length);
        return true;
    }

    // =?charset[*language]?B|Q?text?= : what looks like the start of another word ends the look, so that a hostile text is walked once.
    private static bool TryMeasure(ReadOnlySpan<char> text, out int first, out int length)
    {
        length = 0;
        var rest = text[2..];
        first = rest[..Math.Min(rest.Length, LongestCharset)].IndexOf('?');
        if (first < 1 || rest.Length < first + 5 || rest[first + 2] != '?' || rest[first + 1] is not ('B' or 'b' or 'Q' or 'q'))
            return false;
        if (rest[..first].ContainsAny(" \t\"<>()@,;:\\/[]="))
            return false;
        var isB = rest[first + 1] is 'B' or 'b';
        for (var at = first + 3; ;)
        {
            var step = rest[at..].IndexOf('?');
            if (step < 0 || at + step + 1 >= rest.Length)
                return false;
            at += step + 1;
            if (rest[at] == '=')
            {
                length = 2 + at + 1;
                return true;
            }
            // Some write a question mark as it is.
            if (isB || rest[at - 2] == '=')
                return false;
        }
    }

    // What is not of the alphabet is passed over (RFC 2045 6.8), a last character alone too; null where something but nothing to read is there.
    private static byte[]? B(ReadOnlySpan<char> text)
    {
        var octets = new byte[text.Length * 3 / 4 + 3];
        var (length, bits, held) = (0, 0, 0);
        foreach (var c in text)
        {
            var value = Value(c);
            if (c == '=')
                held = bits = 0;
            if (value < 0)
                continue;
            (bits, held) = (((bits << 6) | value) & 0xffff, held + 6);
            if (held >= 8)
                octets[length++] = (byte)(bits >> (held -= 8));
        }
        return length == 0 && !text.Trim(" =").IsEmpty ? null : octets[..length];
    }

    private static int Value(char c) => c switch
    {
        >= 'A' and <= 'Z' => c - 'A',
        >= 'a' and <= 'z' => c - 'a' + 26,
        >= '0' and <= '9' => c - '0' + 52,
        '+' => 62,
        '/' => 63,
        _ => -1,
    };

    private static int Digit(char hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;

    // A "=" without two digits is itself; a character beyond ASCII is its UTF-8.
    private static byte[] Q(ReadOnlySpan<char> text)
    {
        var octets = new ArrayBufferWriter<byte>(text.Length + 1);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '=' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                octets.Octet((byte)((Digit(text[i + 1]) << 4) | Digit(text[i + 2])));
                i += 2;
            }
            else if (c < 0x80)
            {
                octets.Octet((byte)(c == '_' ? ' ' : c));
            }
            else
            {
                var end = i;
                while (end < text.Length && text[end] >= 0x80)
                    end++;
                octets.Utf8(text[i..end]);
                i = end - 1;
            }
        }
        return octets.WrittenSpan.ToArray();
    }
}
