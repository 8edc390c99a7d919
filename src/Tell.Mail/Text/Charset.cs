using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Tell.Mail;

/// <summary>
/// Charsets by the names that mail gives them (RFC 2046 4.1.2, the IANA registry and what programs write instead). All encodings that .NET has, code pages
/// included, without any registration for the whole process. Nothing throws: unknown is an answer.
/// </summary>
public static partial class Charset
{
    private const char Replacement = '\ufffd';

    private static readonly SearchValues<byte> ShiftedControls = SearchValues.Create((byte)0x1b);

    /// <summary>The encoding of a charset's name in any case, aliases included; null where it is unknown. It replaces what it cannot decode with U+FFFD.</summary>
    public static Encoding? Find(string name) => CharsetTable.Find(name)?.Encoding;

    /// <summary>The usual name of a charset by any of its names: "shift_jis" for "x-sjis"; null where it is unknown.</summary>
    public static string? NameOf(string name) => CharsetTable.Find(name)?.Name;

    /// <summary>
    /// The text of octets that are labelled with a charset (null: with none). The label is believed where it can be true; otherwise a byte order mark, the
    /// validity as UTF-8 and the escapes of ISO-2022 decide, and at last windows-1252, which takes everything. A label that is true but for a few octets is
    /// believed too, and those octets become U+FFFD. A byte order mark is no part of the text.
    /// </summary>
    public static CharsetReading Decode(ReadOnlySpan<byte> octets, string? label)
    {
        if (string.IsNullOrWhiteSpace(label))
            return Ascii.IsValid(octets) && !octets.ContainsAny(ShiftedControls) ? new(Plain(octets), "us-ascii", null) : Guess(octets, "no charset is named");
        if (CharsetTable.Find(label) is not { } row)
            return Guess(octets, $"charset \"{Octets.Printable(label, 40)}\" is unknown", mustSay: true);
        return row.Kind switch
        {
            CharsetKind.Ascii when Ascii.IsValid(octets) && !octets.ContainsAny(ShiftedControls) => new(Plain(octets), row.Name, null),
            CharsetKind.Ascii => Guess(octets, "it is not us-ascii"),
            CharsetKind.Utf8 => OfUtf8(octets, row),
            CharsetKind.Latin1 => OfLatin1(octets, row),
            CharsetKind.Wide => OfWide(octets, row),
            _ => OfLabel(octets, row),
        };
    }

    private static CharsetReading OfUtf8(ReadOnlySpan<byte> octets, CharsetRow row)
    {
        var text = octets.StartsWith(Utf8Mark) ? octets[Utf8Mark.Length..] : octets;
        return Utf8.IsValid(text) ? new(Encoding.UTF8.GetString(text), row.Name, null) : OfLabel(text, row);
    }

    // ISO-8859-1 has controls at 0x80-0x9F, which no text uses: who sends them means windows-1252 (as browsers have it).
    private static CharsetReading OfLatin1(ReadOnlySpan<byte> octets, CharsetRow row)
    {
        if (Marked(octets, row) is { } marked)
            return marked;
        return octets.ContainsAnyInRange((byte)0x80, (byte)0x9f)
            ? new(CharsetTable.Windows1252.Encoding.GetString(octets), CharsetTable.Windows1252.Name, $"{row.Name} with octets of windows-1252")
            : new(Encoding.Latin1.GetString(octets), row.Name, null);
    }

    // Without a mark the zeros tell the order: what is called UTF-16 and holds no zero at all but ASCII words is not UTF-16.
    private static CharsetReading OfWide(ReadOnlySpan<byte> octets, CharsetRow row)
    {
        if (TryMark(octets, out var marked, out var length))
            return new(marked.Encoding.GetString(octets[length..]), marked.Name, marked.Kind == CharsetKind.Wide ? null : $"{marked.Name}, not {row.Name}");
        if (octets.Length > 1 && !octets.Contains((byte)0) && Ascii.IsValid(octets) && octets.IndexOfAny((byte)' ', (byte)'\n') >= 0)
            return Guess(octets, $"it is not {row.Name}");
        if (row.Name is "utf-16" && IsLittleEndian(octets))
            row = CharsetTable.Utf16Le;
        return OfLabel(octets, row);
    }

    private static CharsetReading OfLabel(ReadOnlySpan<byte> octets, CharsetRow row)
    {
        if (Marked(octets, row) is { } marked)
            return marked;
        var text = row.Encoding.GetString(octets);
        var bad = text.AsSpan().Count(Replacement);
        if (bad == 0)
            return new(text, row.Name, null);
        // A character cut in half does not make a Japanese text a French one.
        var good = 0;
        foreach (var c in text)
            good += c > '\x7f' ? 1 : 0;
        return (good - bad >= bad && !Utf8.IsValid(octets)) || row.Kind == CharsetKind.Wide
            ? new(text, row.Name, $"not all of it is {row.Name}")
            : Guess(octets, $"it is not {row.Name}");
    }

    private static CharsetReading? Marked(ReadOnlySpan<byte> octets, CharsetRow row) =>
        row.Kind != CharsetKind.Utf8 && octets.StartsWith(Utf8Mark) && Utf8.IsValid(octets)
            ? new(Encoding.UTF8.GetString(octets[Utf8Mark.Length..]), "utf-8", row.Name == "gb18030" ? null : $"utf-8, not {row.Name}")
            : null;

    private static bool IsLittleEndian(ReadOnlySpan<byte> octets)
    {
        var (even, odd) = (0, 0);
        for (var i = 0; i + 1 < octets.Length; i += 2)
            (even, odd) = (even + (octets[i] == 0 ? 1 : 0), odd + (octets[i + 1] == 0 ? 1 : 0));
        return odd > even;
    }

    private static string Plain(ReadOnlySpan<byte> ascii) => Encoding.ASCII.GetString(ascii);
}
