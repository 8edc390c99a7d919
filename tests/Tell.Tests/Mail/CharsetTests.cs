using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

/// <summary>Octets and what programs call them.</summary>
public sealed class CharsetTests
{
    [Theory]
    [InlineData("utf-8", "\u00ff\u00fe")]
    [InlineData(null, "\u00fe\u00ff")]
    [InlineData("utf-16", "")]
    public void A_byte_order_mark_alone_is_one_only_where_it_is_expected(string? label, string text) =>
        Assert.Equal(text, Charset.Decode(label is null ? [0xfe, 0xff] : [0xff, 0xfe], label).Text);

    [Theory]
    [InlineData("UTF8", "utf-8")]
    [InlineData(" \"utf-8\" ", "utf-8")]
    [InlineData("'UTF-8'", "utf-8")]
    [InlineData("utf-8*en", "utf-8")]
    [InlineData("utf8mb4", "utf-8")]
    [InlineData("ansi_x3.4-1968", "us-ascii")]
    [InlineData("ISO646-US", "us-ascii")]
    [InlineData("latin1", "iso-8859-1")]
    [InlineData("ISO_8859-1:1987", "iso-8859-1")]
    [InlineData("iso8859_15", "iso-8859-15")]
    [InlineData("iso-8859-8-i", "iso-8859-8-i")]
    [InlineData("iso-8859-16", "iso-8859-16")]
    [InlineData("cp932", "shift_jis")]
    [InlineData("x-sjis", "shift_jis")]
    [InlineData("Windows-31J", "shift_jis")]
    [InlineData("csISO2022JP", "iso-2022-jp")]
    [InlineData("x-euc-jp", "euc-jp")]
    [InlineData("ks_c_5601-1987", "ks_c_5601-1987")]
    [InlineData("KS_C_5601", "ks_c_5601-1987")]
    [InlineData("euc-kr", "euc-kr")]
    [InlineData("gb_2312-80", "gb2312")]
    [InlineData("x-gbk", "gbk")]
    [InlineData("hz-gb-2312", "hz-gb-2312")]
    [InlineData("big5-hkscs", "big5-hkscs")]
    [InlineData("cn-big5", "big5")]
    [InlineData("big5_tw", "big5")]
    [InlineData("tis-620", "tis-620")]
    [InlineData("koi8-u", "koi8-u")]
    [InlineData("unicode-1-1-utf-7", "utf-7")]
    [InlineData("cp-850", "ibm850")]
    [InlineData("IBM850", "ibm850")]
    [InlineData("850", "ibm850")]
    [InlineData("win-1251", "windows-1251")]
    [InlineData("windows1251", "windows-1251")]
    [InlineData("x-cp1251", "windows-1251")]
    [InlineData("macintosh", "macintosh")]
    public void A_charset_is_known_by_what_programs_call_it(string name, string expected)
    {
        Assert.Equal(expected, Charset.NameOf(name));
        Assert.NotNull(Charset.Find(name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("8bit")]
    [InlineData("unknown-8bit")]
    [InlineData("default_charset")]
    [InlineData("x-unknown")]
    [InlineData("\0\r\n")]
    [InlineData("éé")]
    public void What_is_no_charset_is_unknown_and_its_text_is_looked_at(string name)
    {
        Assert.Null(Charset.Find(name));
        Assert.Equal("Grüße", Charset.Decode("Grüße"u8, name).Text);
        var western = Charset.Decode([(byte)'G', 0xfc, 0x80], name);
        Assert.Equal(("Gü€", "windows-1252"), (western.Text, western.Charset));
        Assert.NotNull(western.Problem);
        Assert.Null(Charset.Find(new string('x', 100_000)));
    }

    [Theory]
    [InlineData("utf-8", "c3a9", "é", "utf-8", false)]
    [InlineData("utf-8", "efbbbfc3a9", "é", "utf-8", false)]
    [InlineData(null, "6162", "ab", "us-ascii", false)]
    [InlineData(null, "c3a9", "é", "utf-8", true)]
    [InlineData(null, "efbbbf61", "a", "utf-8", true)]
    [InlineData("us-ascii", "c3a9", "é", "utf-8", true)]
    [InlineData("us-ascii", "e9", "é", "windows-1252", true)]
    [InlineData("utf-8", "e974e9", "été", "windows-1252", true)]
    [InlineData("utf-8", "c3a974c3", "ét\ufffd", "utf-8", true)]
    [InlineData("iso-8859-1", "e9", "é", "iso-8859-1", false)]
    [InlineData("iso-8859-1", "8093", "€“", "windows-1252", true)]
    [InlineData("iso-8859-1", "efbbbfc3a9", "é", "utf-8", true)]
    [InlineData("iso-8859-1", "c3a9", "Ã©", "iso-8859-1", false)]
    [InlineData("iso-2022-jp", "1b244234413b7a1b284261", "漢字a", "iso-2022-jp", false)]
    [InlineData("us-ascii", "1b244234413b7a1b284261", "漢字a", "iso-2022-jp", true)]
    [InlineData(null, "1b244234413b7a1b2842", "漢字", "iso-2022-jp", true)]
    [InlineData("utf-16", "fffe6100e900", "aé", "utf-16le", false)]
    [InlineData("utf-16", "feff006100e9", "aé", "utf-16be", false)]
    [InlineData("utf-16", "61006200", "ab", "utf-16le", false)]
    [InlineData("utf-16", "00610062", "ab", "utf-16", false)]
    [InlineData("utf-16", "48656c6c6f20776f726c64", "Hello world", "us-ascii", false)]
    [InlineData(null, "fffe6100e900", "aé", "utf-16le", true)]
    [InlineData("utf-7", "48692b414f6b2d2b2d", "Hié+", "utf-7", false)]
    [InlineData("shift_jis", "8abf8e9a8a", "漢字\ufffd", "shift_jis", true)]
    [InlineData("shift_jis", "eee0fbfc8740", "髙髙①", "shift_jis", false)]
    [InlineData("windows-1253", "e1e1d2", "αα\ufffd", "windows-1253", true)]
    [InlineData("shift_jis", "c3a9", "ﾃｩ", "shift_jis", false)]
    public void Octets_become_text(string? label, string octets, string text, string charset, bool problem)
    {
        var read = Charset.Decode(Convert.FromHexString(octets), label);
        Assert.Equal((text, charset, problem), (read.Text, read.Charset, read.Problem is not null));
    }
}
