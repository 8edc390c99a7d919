using System.Text;
using System.Text.Unicode;

namespace Tell.Mail;

public static partial class Charset
{
    private static ReadOnlySpan<byte> Utf8Mark => [0xef, 0xbb, 0xbf];

    /// <summary>The text of a header field, which names no charset: UTF-8, ISO-2022 by its escapes, or else windows-1252.</summary>
    internal static string DecodeField(ReadOnlySpan<byte> octets)
    {
        if (!Utf8.IsValid(octets))
            return CharsetTable.Windows1252.Encoding.GetString(octets);
        return (octets.Contains((byte)0x1b) && Ascii.IsValid(octets) ? Shifted(octets)?.Encoding ?? Encoding.UTF8 : Encoding.UTF8).GetString(octets);
    }

    private static CharsetReading Guess(ReadOnlySpan<byte> octets, string why, bool mustSay = false)
    {
        // Nothing after a mark of UTF-16: two odd octets rather than a text.
        if (TryMark(octets, out var marked, out var length) && (length < octets.Length || marked == CharsetTable.Utf8))
            return new(marked.Encoding.GetString(octets[length..]), marked.Name, Said(why, marked));
        if (Ascii.IsValid(octets))
        {
            var row = Shifted(octets);
            return row is null
                ? new(Plain(octets), "us-ascii", mustSay ? why : null)
                : new(row.Encoding.GetString(octets), row.Name, Said(why, row));
        }
        var guessed = Utf8.IsValid(octets) ? CharsetTable.Utf8 : CharsetTable.Windows1252;
        return new(guessed.Encoding.GetString(octets), guessed.Name, Said(why, guessed));
    }

    private static string Said(string why, CharsetRow row) => $"{why}; read as {row.Name}";

    private static bool TryMark(ReadOnlySpan<byte> octets, out CharsetRow row, out int length)
    {
        (row, length) = octets switch
        {
            [0xef, 0xbb, 0xbf, ..] when Utf8.IsValid(octets) => (CharsetTable.Utf8, 3),
            [0xff, 0xfe, 0, 0, ..] when octets.Length % 4 == 0 => (CharsetTable.Utf32Le, 4),
            [0, 0, 0xfe, 0xff, ..] when octets.Length % 4 == 0 => (CharsetTable.Utf32Be, 4),
            [0xff, 0xfe, ..] when octets.Length % 2 == 0 => (CharsetTable.Utf16Le, 2),
            [0xfe, 0xff, ..] when octets.Length % 2 == 0 => (CharsetTable.Utf16Be, 2),
            _ => (CharsetTable.Windows1252, 0),
        };
        return length > 0;
    }

    // RFC 1468, RFC 1557: the escapes that name a set of two octets. The first one decides.
    private static CharsetRow? Shifted(ReadOnlySpan<byte> octets)
    {
        while (octets.IndexOf((byte)0x1b) is var escape and >= 0)
        {
            octets = octets[(escape + 1)..];
            if (octets is [(byte)'$', (byte)'B' or (byte)'@', ..] or [(byte)'(', (byte)'I' or (byte)'J', ..] or [(byte)'$', (byte)'(', (byte)'D', ..])
                return CharsetTable.Iso2022Jp;
            if (octets is [(byte)'$', (byte)')', (byte)'C', ..])
                return CharsetTable.Iso2022Kr;
        }
        return null;
    }
}
