using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Tell.Mail;

/// <summary>The charsets and their names. Names are compared by their letters and digits alone: "ISO_8859-1" is "iso-8859-1" is "iso88591".</summary>
internal static class CharsetTable
{
    private const int LongestName = 64;

    // Usual name, code page, other names. One that mail is written in ends its code page with "w".
    private static readonly string[] Rows =
    [
        "us-ascii|20127w|ascii ansix341968 ansix341986 iso646us iso646irv1991 isoir6 us 646 cp367 7bit cp20127 xascii usascii7",
        "utf-8|65001w|utf8 unicode11utf8 unicode20utf8 utf8mb4 utf8sig utf8n utf 8859utf8 utf8mac",
        "iso-8859-1|28591w|latin1 l1 iso885911987 isoir100 cp819 ibm819 latin iso8859 88591 iso1 isolatin1",
        "utf-16|1201|utf16 ucs2 iso10646ucs2 csunicode unicodefffe",
        "utf-16be|1201|utf16be ucs2be",
        "utf-16le|1200|utf16le ucs2le",
        "utf-32|12001|utf32 ucs4 iso10646ucs4",
        "utf-32be|12001|utf32be ucs4be",
        "utf-32le|12000|utf32le ucs4le",
        "utf-7|65000|utf7 unicode11utf7 unicode20utf7",
        "iso-8859-2|28592w|latin2 l2 iso885921987 isoir101 isolatin2",
        "iso-8859-3|28593w|latin3 l3 iso885931988 isoir109 isolatin3",
        "iso-8859-4|28594w|latin4 l4 iso885941988 isoir110 isolatin4",
        "iso-8859-5|28595w|cyrillic iso885951988 isoir144 isolatincyrillic",
        "iso-8859-6|28596w|arabic asmo708iso ecma114 iso885961987 isoir127 iso88596i iso88596e isolatinarabic",
        "iso-8859-7|28597w|greek greek8 ecma118 elot928 iso885971987 isoir126 isolatingreek",
        "iso-8859-8|28598w|hebrew iso885981988 isoir138 iso88598e isolatinhebrew visual",
        "iso-8859-8-i|28598w|logical",
        "iso-8859-9|28599w|latin5 l5 iso885991989 isoir148 isolatin5 turkish",
        "iso-8859-10|0w|latin6 l6 iso8859101992 isoir157 isolatin6",
        "iso-8859-13|28603w|latin7 l7 isoir179",
        "iso-8859-14|0w|latin8 l8 iso8859141998 isoir199 isoceltic",
        "iso-8859-15|28605w|latin9 latin0 l9 iso8859152000",
        "iso-8859-16|0w|latin10 l10 iso8859162001 isoir226",
        "windows-874|874w|dos874",
        "tis-620|874w|tis6200 tis6202533 tis6202529 iso885911 thai isoir166",
        "windows-1250|1250w|",
        "windows-1251|1251w|",
        "windows-1252|1252w|ansi",
        "windows-1253|1253w|",
        "windows-1254|1254w|",
        "windows-1255|1255w|",
        "windows-1256|1256w|",
        "windows-1257|1257w|winbaltrim",
        "windows-1258|1258w|vietnamese viscii1258",
        "koi8-r|20866w|koi8 koi koi8ru1489 koir",
        "koi8-u|21866w|koi8ru",
        "shift_jis|932w|sjis shiftjis mskanji windows31j cp932 ms932 xsjis xmscp932 windows932 sjiswin",
        "euc-jp|51932w|eucjp xeucjp eucjpms eucjpwin extendedunixcodepackedformatforjapanese xeuc ujis eucpkdfmtjapanese",
        "iso-2022-jp|50220w|iso2022jp jis csiso2022jp iso2022jpms iso2022jp1 iso2022jp2 iso2022jp3 iso2022jp2004 cp50220 cp50221 cp50222",
        "iso-2022-kr|50225|iso2022kr",
        "gb2312|54936w|gb231280 csgb2312 csgb231280 euccn xeuccn gb23121980 isoir58 chinese iso58gb231280 gb",
        "gbk|54936w|cp936 ms936 windows936 xgbk",
        "gb18030|54936w|gb180302000 gb180302022",
        "hz-gb-2312|52936|hz hzgb",
        "big5|950w|bigfive cnbig5 xxbig5 big5eten big5tw cp950 windows950 big5win",
        "big5-hkscs|950|big5hk big5hkscs1999 big5hkscs2004",
        "euc-kr|949w|euckr ksx1001 korean",
        "ks_c_5601-1987|949w|ksc56011987 ksc56011989 ksc5601 isoir149 ks56011987 cp949 ms949 uhc windows949 xwindows949 ksc",
        "johab|1361|ksc56011992",
        "macintosh|10000|macroman mac xmacroman",
    ];

    private static readonly FrozenDictionary<string, CharsetRow> Names = Build();

    /// <summary>UTF-8.</summary>
    public static CharsetRow Utf8 { get; } = Names["utf8"];

    /// <summary>UTF-16 from its small end.</summary>
    public static CharsetRow Utf16Le { get; } = Names["utf16le"];

    /// <summary>UTF-16 from its big end.</summary>
    public static CharsetRow Utf16Be { get; } = Names["utf16be"];

    /// <summary>UTF-32 from its small end.</summary>
    public static CharsetRow Utf32Le { get; } = Names["utf32le"];

    /// <summary>UTF-32 from its big end.</summary>
    public static CharsetRow Utf32Be { get; } = Names["utf32be"];

    /// <summary>windows-1252.</summary>
    public static CharsetRow Windows1252 { get; } = Names["windows1252"];

    /// <summary>Japanese with escapes (RFC 1468).</summary>
    public static CharsetRow Iso2022Jp { get; } = Names["iso2022jp"];

    /// <summary>Korean with escapes (RFC 1557).</summary>
    public static CharsetRow Iso2022Kr { get; } = Names["iso2022kr"];

    /// <summary>All charsets, each once.</summary>
    public static IEnumerable<CharsetRow> All => Names.Values.DistinctBy(row => row.Name);

    /// <summary>The charset of a name; null where it is unknown.</summary>
    public static CharsetRow? Find(ReadOnlySpan<char> name)
    {
        Span<char> key = stackalloc char[LongestName];
        var length = 0;
        foreach (var c in name)
        {
            // RFC 2231 5: a language may follow.
            if (c == '*')
                break;
            if (!char.IsAsciiLetterOrDigit(c))
                continue;
            if (length == LongestName)
                return null;
            key[length++] = char.ToLowerInvariant(c);
        }
        var names = Names.GetAlternateLookup<ReadOnlySpan<char>>();
        ReadOnlySpan<char> found = key[..length];
        return names.TryGetValue(found, out var row)
            || (found is ['x', .. var private_] && names.TryGetValue(private_, out row))
            || (found is ['c', 's', .. var registered] && names.TryGetValue(registered, out row)) ? row : null;
    }

    private static FrozenDictionary<string, CharsetRow> Build()
    {
        var names = new Dictionary<string, CharsetRow>(StringComparer.Ordinal);
        foreach (var line in Rows)
        {
            if (line.Split('|') is not [var name, var page, var aliases])
                continue;
            var number = int.Parse(page.TrimEnd('w'), CultureInfo.InvariantCulture);
            var row = new CharsetRow(name, number) { IsWritten = page.EndsWith('w') };
            names.TryAdd(Key(name), row);
            foreach (var alias in aliases.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                names.TryAdd(Key(alias), row);
            if (number is > 0 and < 2000 or > 12001)
                Numbered(names, number, row);
        }
        foreach (var known in CodePagesEncodingProvider.Instance.GetEncodings())
        {
            var row = new CharsetRow(known.Name.ToLowerInvariant(), known.CodePage);
            names.TryAdd(Key(known.Name), row);
            Numbered(names, known.CodePage, row);
            if (known.Name.StartsWith("IBM", StringComparison.OrdinalIgnoreCase))
                names.TryAdd("cp" + Key(known.Name)[3..], row);
        }
        return names.ToFrozenDictionary(StringComparer.Ordinal);
    }

    // "cp850", "cp-850", "ibm850", "windows-850", "850" ...
    private static void Numbered(Dictionary<string, CharsetRow> names, int page, CharsetRow row)
    {
        var number = page.ToString("D3", CultureInfo.InvariantCulture);
        foreach (var prefix in (string[])["cp", "ibm", "ccsid", "ms", "dos", "windows", "win", "microsoftcp", "codepage", "oem", ""])
            names.TryAdd(prefix + number, row);
    }

    private static string Key(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
