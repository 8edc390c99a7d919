using System.Text;

namespace Tell.Mail;

public static partial class Charset
{
    /// <summary>
    /// The octets of a text in the narrowest charset that holds all of it: US-ASCII; else the preferred one, if what it writes is read back as the very same text
    /// by everybody who knows that charset; else UTF-8. One charset for the whole text. A lone surrogate becomes U+FFFD. A preferred name that is unknown, or
    /// of a charset in which mail is not written (UTF-7, UTF-16, EBCDIC, HZ ...), is no preference.
    /// </summary>
    public static EncodedText Narrowest(string text, string? preferred = null)
    {
        if (Ascii.IsValid(text))
            return new(Encoding.ASCII.GetBytes(text), "us-ascii");
        if (preferred is not null && TryEncode(text, preferred, out var encoded))
            return encoded;
        return new(Encoding.UTF8.GetBytes(text), "utf-8");
    }

    /// <summary>True and the octets where all of the text can be written in a charset, US-ASCII included.</summary>
    internal static bool TryEncode(string text, string name, out EncodedText encoded)
    {
        encoded = default;
        // An escape in the text would be one of the charset's own.
        if (CharsetTable.Find(name) is not { IsWritten: true } row || (row.IsStateful && text.Contains('\x1b', StringComparison.Ordinal)))
            return false;
        // The code pages have a euro, the standards of the same name have none.
        if (row.Name is "gb2312" or "big5" && text.Contains('\u20ac', StringComparison.Ordinal))
            return false;
        var octets = row.Encoding.GetBytes(text);
        if (row.Encoding.GetString(octets) != text || !IsStandard(octets, row.Name))
            return false;
        encoded = new(octets, row.Name);
        return true;
    }

    // What Microsoft's code pages hold beyond the standard of the same name (NEC and IBM rows, the gaps of EUC filled up) others read as nothing.
    private static bool IsStandard(ReadOnlySpan<byte> octets, string name) => name switch
    {
        "iso-2022-jp" => HasOnlyRows(octets, shift: 0),
        "euc-jp" => HasOnlyRows(octets, shift: 0x80) && !octets.Contains((byte)0x8f),
        "shift_jis" => IsPlainShiftJis(octets),
        "gb2312" => HasOnlyPairs(octets, 0xf7),
        "euc-kr" or "ks_c_5601-1987" => HasOnlyPairs(octets, 0xfe),
        "iso-8859-1" => !octets.ContainsAnyInRange((byte)0x80, (byte)0x9f),
        _ => true,
    };

    // JIS X 0208: rows 1 to 8 and 16 to 84.
    private static bool HasOnlyRows(ReadOnlySpan<byte> octets, int shift)
    {
        var inPairs = shift != 0;
        for (var i = 0; i < octets.Length; i++)
        {
            if (octets[i] == 0x1b && shift == 0 && i + 2 < octets.Length)
            {
                inPairs = octets[i + 1] == '$';
                if (octets.Slice(i + 1, 2) is not ([(byte)'$', (byte)'B'] or [(byte)'(', (byte)'B']))
                    return false;
                i += 2;
            }
            else if (inPairs && octets[i] == 0x8e)
            {
                i++;
            }
            else if (inPairs && octets[i] > shift + 0x20 && octets[i] != 0x8f)
            {
                if (octets[i] - shift - 0x20 is not (<= 8 or (>= 16 and <= 84)))
                    return false;
                i++;
            }
        }
        return true;
    }

    private static bool IsPlainShiftJis(ReadOnlySpan<byte> octets)
    {
        for (var i = 0; i < octets.Length; i++)
        {
            if (octets[i] is 0x85 or 0x86 or 0x87 or 0x80 or 0xa0 or >= 0xeb)
                return false;
            if (octets[i] is >= 0x81 and not (>= 0xa0 and <= 0xdf))
                i++;
        }
        return true;
    }

    private static bool HasOnlyPairs(ReadOnlySpan<byte> octets, int lastRow)
    {
        for (var i = 0; i < octets.Length; i++)
        {
            if (octets[i] < 0x80)
                continue;
            if (octets[i] < 0xa1 || octets[i] > lastRow || i + 1 >= octets.Length || octets[i + 1] < 0xa1)
                return false;
            i++;
        }
        return true;
    }
}
