using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Tell.Smtp.Sasl;

/// <summary>
/// User names and passwords as mechanisms compare them: SASLprep (RFC 4013) as far as it is done here. Spaces of other scripts become the
/// ordinary one, what is invisible is left out, control characters, private use and unpaired surrogates are refused, and the text is
/// normalised to NFKC where the program has the tables for it: built with invariant globalisation .NET has none and leaves the text as it
/// is. The bidirectional rule and the refusal of unassigned code points are not done.
/// </summary>
public static class SaslText
{
    /// <summary>The longest name or password in octets. RFC 4616 2 wants at least 255.</summary>
    public const int LongestOctets = 1024;

    /// <summary>The prepared text; null where it may be neither a name nor a password.</summary>
    public static string? Prepare(string text)
    {
        if (Ascii.IsValid(text))
            return text.AsSpan().ContainsAnyInRange('\0', '\x1f') || text.Contains('\x7f') ? null : text;
        var mapped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsForbidden(rune))
                return null;
            if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator || rune.Value == 0x200B)
                mapped.Append(' ');
            else if (!IsInvisible(rune.Value))
                mapped.Append(rune);
        }
        return mapped.ToString().Normalize(NormalizationForm.FormKC);
    }

    /// <summary>Reads a name or a password out of a message: not empty, not too long, UTF-8, prepared. False for anything else.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> octets, out string text)
    {
        text = "";
        if (octets.Length is 0 or > LongestOctets || !Utf8.IsValid(octets))
            return false;
        text = Prepare(Encoding.UTF8.GetString(octets)) ?? "";
        return text.Length > 0;
    }

    // RFC 3454 C.2 to C.9, by category. EnumerateRunes shows an unpaired surrogate as U+FFFD, which C.6 forbids.
    private static bool IsForbidden(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.PrivateUse or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => rune.Value != 0x200B && !IsInvisible(rune.Value),
        _ => rune.Value == 0xFFFD,
    };

    // RFC 3454 B.1: commonly mapped to nothing.
    private static bool IsInvisible(int value) =>
        value is 0x00AD or 0x034F or 0x1806 or (>= 0x180B and <= 0x180D) or 0x200C or 0x200D or 0x2060 or (>= 0xFE00 and <= 0xFE0F) or 0xFEFF;
}
