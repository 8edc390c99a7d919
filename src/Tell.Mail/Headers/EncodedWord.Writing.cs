using System.Buffers;
using System.Text;

namespace Tell.Mail;

public static partial class EncodedWord
{
    // RFC 2047 5 (3): what Q may leave alone even inside a phrase, the narrowest place where an encoded word may stand.
    private static readonly SearchValues<byte> Safe =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/"u8);

    /// <summary>
    /// The encoded words of a text, to be written with white space between them, which readers drop. The first is no longer than
    /// <paramref name="firstLength"/>, since it stands behind a field name. Each word alone is whole characters, with escapes it ends in ASCII.
    /// </summary>
    /// <param name="text">The text; a lone surrogate becomes U+FFFD.</param>
    /// <param name="firstLength">The longest that the first may be; never taken below what one character needs.</param>
    /// <param name="charset">The charset, by any of its names; UTF-8 where it is null, unknown, not written in mail or does not hold all of the text.</param>
    public static IEnumerable<string> Encode(string text, int firstLength = MaxLength, string? charset = null)
    {
        var name = charset is not null && Charset.TryEncode(text, charset, out var encoded) ? encoded.Charset : "utf-8";
        var row = CharsetTable.Find(name) ?? CharsetTable.Utf8;
        return Words(text, firstLength, row);
    }

    private static IEnumerable<string> Words(string text, int firstLength, CharsetRow row)
    {
        // "=?", "?Q?" and "?=".
        var frame = row.Name.Length + 7;
        var whole = row.Encoding.GetBytes(text);
        // RFC 1468: escapes are for B.
        var asQ = !row.IsStateful && QLength(whole) <= BLength(whole.Length);
        var room = Math.Clamp(firstLength, frame + 12, MaxLength) - frame;
        for (var start = 0; start < text.Length; room = MaxLength - frame)
        {
            var end = NextEnd(text, start, room, row, asQ);
            var octets = row.Encoding.GetBytes(text, start, end - start);
            yield return asQ ? $"=?{row.Name}?Q?{Q(octets)}?=" : $"=?{row.Name}?B?{Convert.ToBase64String(octets)}?=";
            start = end;
        }
    }

    private static int NextEnd(string text, int start, int room, CharsetRow row, bool asQ)
    {
        Span<byte> octets = stackalloc byte[256];
        var (end, used) = (start, 0);
        while (end < text.Length)
        {
            var next = end + (char.IsHighSurrogate(text[end]) && end + 1 < text.Length && char.IsLowSurrogate(text[end + 1]) ? 2 : 1);
            // Escapes stand once around all characters of a word: measured whole, which is short.
            var count = row.Encoding.GetBytes(text.AsSpan(row.IsStateful ? start : end, next - (row.IsStateful ? start : end)), octets);
            used = (row.IsStateful ? 0 : used) + (asQ ? QLength(octets[..count]) : count);
            if (end > start && (asQ ? used : BLength(used)) > room)
                return end;
            end = next;
        }
        return end;
    }

    private static int BLength(int octets) => (octets + 2) / 3 * 4;

    private static int QLength(ReadOnlySpan<byte> octets)
    {
        var length = 0;
        foreach (var octet in octets)
            length += octet == ' ' || Safe.Contains(octet) ? 1 : 3;
        return length;
    }

    private static string Q(ReadOnlySpan<byte> octets)
    {
        var word = new StringBuilder(MaxLength);
        foreach (var octet in octets)
        {
            if (octet == ' ')
                word.Append('_');
            else if (Safe.Contains(octet))
                word.Append((char)octet);
            else
                word.Append('=').Append(Convert.ToHexString([octet]));
        }
        return word.ToString();
    }
}
