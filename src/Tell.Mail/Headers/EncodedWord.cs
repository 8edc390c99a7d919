using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// Encoded words (RFC 2047). Written: UTF-8, B or Q whichever is shorter, at most 75 octets each, never splitting a character. Read:
/// B and Q of UTF-8, US-ASCII and ISO 8859-1; all else stays as it is.
/// </summary>
public static class EncodedWord
{
    /// <summary>The longest encoded word (RFC 2047 2).</summary>
    public const int MaxLength = 75;

    private const string Before = "=?utf-8?", After = "?=";
    private const int Frame = 12;

    // RFC 2047 5 (3): what Q may leave alone even inside a phrase, the narrowest place where an encoded word may stand.
    private static readonly SearchValues<byte> Safe =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/"u8);

    /// <summary>
    /// The encoded words of a text, to be written with white space between them, which readers drop. The first is no longer than
    /// <paramref name="firstLength"/>, since it stands behind a field name.
    /// </summary>
    public static IEnumerable<string> Encode(string text, int firstLength = MaxLength)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        var q = 0;
        foreach (var octet in octets)
            q += QLength(octet);
        var asQ = q <= (octets.Length + 2) / 3 * 4;
        var room = Math.Clamp(firstLength, Frame + 12, MaxLength) - Frame;
        for (var start = 0; start < octets.Length; room = MaxLength - Frame)
        {
            var end = NextEnd(octets, start, room, asQ);
            yield return asQ ? Q(octets.AsSpan(start..end)) : $"{Before}B?{Convert.ToBase64String(octets.AsSpan(start..end))}{After}";
            start = end;
        }
    }

    /// <summary>The text with its encoded words read; white space between two of them is dropped (RFC 2047 6.2). A single line. Never fails.</summary>
    public static Line Decode(ReadOnlySpan<char> text)
    {
        var read = new StringBuilder(text.Length);
        // Some senders split a character over two words: octets of one charset are joined before they are read.
        var octets = new ArrayBufferWriter<byte>();
        Encoding? charset = null;
        while (!text.IsEmpty)
        {
            var start = text.IndexOf("=?");
            if (start < 0)
                break;
            if (TryWord(text[start..], out var encoding, out var content, out var length))
            {
                if (charset is null || !text[..start].Trim(" \t").IsEmpty)
                {
                    Flush(read, octets, charset);
                    read.Append(text[..start]);
                }
                else if (charset != encoding)
                {
                    Flush(read, octets, charset);
                }
                octets.Write(content);
                charset = encoding;
                text = text[(start + length)..];
                continue;
            }
            Flush(read, octets, charset);
            charset = null;
            read.Append(text[..(start + 2)]);
            text = text[(start + 2)..];
        }
        Flush(read, octets, charset);
        return Line.Clean(read.Append(text).ToString());
    }

    private static int QLength(byte octet) => octet == ' ' || Safe.Contains(octet) ? 1 : 3;

    private static int NextEnd(ReadOnlySpan<byte> octets, int start, int room, bool asQ)
    {
        var used = 0;
        for (var end = start; end < octets.Length;)
        {
            var next = end + 1;
            while (next < octets.Length && (octets[next] & 0xC0) == 0x80)
                next++;
            var length = 0;
            foreach (var octet in octets[end..next])
                length += QLength(octet);
            used += length;
            if (asQ ? used > room : (next - start + 2) / 3 * 4 > room)
                return end;
            end = next;
        }
        return octets.Length;
    }

    private static string Q(ReadOnlySpan<byte> octets)
    {
        var word = new StringBuilder(MaxLength).Append(Before).Append("Q?");
        foreach (var octet in octets)
        {
            if (octet == ' ')
                word.Append('_');
            else if (Safe.Contains(octet))
                word.Append((char)octet);
            else
                word.Append('=').Append(Convert.ToHexString([octet]));
        }
        return word.Append(After).ToString();
    }

    private static void Flush(StringBuilder read, ArrayBufferWriter<byte> octets, Encoding? charset)
    {
        if (charset is not null)
            read.Append(charset.GetString(octets.WrittenSpan));
        octets.ResetWrittenCount();
    }

    // =?charset[*language]?B|Q?text?= : each part ends at the first question mark, so that a hostile text is walked once.
    private static bool TryWord(ReadOnlySpan<char> text, out Encoding charset, out byte[] content, out int length)
    {
        (charset, content, length) = (Encoding.UTF8, [], 0);
        var rest = text[2..];
        var first = rest[..Math.Min(rest.Length, 64)].IndexOf('?');
        if (first < 1 || rest.Length < first + 5 || rest[first + 2] != '?' || !TryCharset(rest[..first], out charset))
            return false;
        var kind = rest[first + 1];
        var body = rest[(first + 3)..];
        var end = body.IndexOf('?');
        if (end < 0 || end + 1 >= body.Length || body[end + 1] != '=')
            return false;
        body = body[..end];
        length = 2 + first + 3 + end + 2;
        return kind is 'B' or 'b' ? TryB(body, out content) : kind is 'Q' or 'q' && TryQ(body, out content);
    }

    private static bool TryCharset(ReadOnlySpan<char> name, out Encoding charset)
    {
        var star = name.IndexOf('*');
        name = star < 0 ? name : name[..star];
        charset = Encoding.UTF8;
        if (name.Equals("iso-8859-1", StringComparison.OrdinalIgnoreCase))
            charset = Encoding.Latin1;
        else if (!name.Equals("utf-8", StringComparison.OrdinalIgnoreCase) && !name.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
            return false;
        return true;
    }

    private static bool TryB(ReadOnlySpan<char> text, out byte[] octets)
    {
        text = text.TrimEnd('=');
        octets = new byte[text.Length / 4 * 3 + 3];
        var padded = string.Concat(text, "===".AsSpan(0, (4 - text.Length % 4) % 4));
        var good = Convert.TryFromBase64String(padded, octets, out var written);
        Array.Resize(ref octets, good ? written : 0);
        return good;
    }

    private static bool TryQ(ReadOnlySpan<char> text, out byte[] octets)
    {
        octets = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c > '~')
                return false;
            if (c != '=')
                octets[length++] = (byte)(c == '_' ? ' ' : c);
            else if (i + 2 < text.Length && byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out octets[length]))
                (length, i) = (length + 1, i + 2);
            else
                return false;
        }
        Array.Resize(ref octets, length);
        return true;
    }
}
