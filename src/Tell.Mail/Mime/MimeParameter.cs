using System.Globalization;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// MIME parameters as words for a header field: a quoted string where it is short printable US-ASCII, otherwise RFC 2231 in UTF-8, in
/// as many numbered pieces as lines need.
/// </summary>
internal static class MimeParameter
{
    private const int LongestPiece = 60;

    /// <summary>The words of one parameter: <c>name="value"</c>, or <c>name*0*=utf-8''...</c>, <c>name*1*=...</c>.</summary>
    public static IEnumerable<string> Words(string name, string value)
    {
        if (value.Length <= LongestPiece && !value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return [$"{name}=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""];
        var pieces = Pieces(value);
        return pieces.Count == 1
            ? [$"{name}*=utf-8''{pieces[0]}"]
            : pieces.Select((piece, i) => string.Create(CultureInfo.InvariantCulture, $"{name}*{i}*={(i == 0 ? "utf-8''" : "")}{piece}"));
    }

    private static List<string> Pieces(string value)
    {
        var pieces = new List<string>();
        var piece = new StringBuilder();
        foreach (var rune in value.EnumerateRunes())
        {
            var coded = Coded(rune);
            if (piece.Length + coded.Length > LongestPiece - "utf-8''".Length)
            {
                pieces.Add(piece.ToString());
                piece.Clear();
            }
            piece.Append(coded);
        }
        pieces.Add(piece.ToString());
        return pieces;
    }

    // RFC 2231 7, attribute-char: what needs no percent sign.
    private static string Coded(Rune rune)
    {
        if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is '-' or '.' or '_' or '~' or '!' or '#' or '$' or '&' or '+'))
            return rune.ToString();
        Span<byte> octets = stackalloc byte[4];
        var coded = new StringBuilder(12);
        foreach (var octet in octets[..rune.EncodeToUtf8(octets)])
            coded.Append('%').Append(Convert.ToHexString([octet]));
        return coded.ToString();
    }
}
