using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

/// <summary>The narrowest charset, and encoded words in it.</summary>
public sealed class CharsetWritingTests
{
    [Theory]
    [InlineData("plain", "iso-2022-jp", "us-ascii", "706c61696e")]
    [InlineData("漢字a", "ISO-2022-JP", "iso-2022-jp", "1b244234413b7a1b284261")]
    [InlineData("漢字é", "iso-2022-jp", "utf-8", "e6bca2e5ad97c3a9")]
    [InlineData("①", "iso-2022-jp", "utf-8", "e291a0")]
    [InlineData("①", "shift_jis", "utf-8", "e291a0")]
    [InlineData("ｱ", "iso-2022-jp", "utf-8", "efbdb1")]
    [InlineData("漢字", "euc-jp", "euc-jp", "b4c1bbfa")]
    [InlineData("漢字", "x-sjis", "shift_jis", "8abf8e9a")]
    [InlineData("Привет", "koi8-r", "koi8-r", "f0d2c9d7c5d4")]
    [InlineData("Привет é", "koi8-r", "utf-8", null)]
    [InlineData("Ā", "windows-1252", "utf-8", "c480")]
    [InlineData("é€", "iso-8859-15", "iso-8859-15", "e9a4")]
    [InlineData("€", "latin1", "utf-8", "e282ac")]
    [InlineData("\u0085", "latin1", "utf-8", "c285")]
    [InlineData("é", "latin1", "iso-8859-1", "e9")]
    [InlineData("ș", "iso-8859-16", "iso-8859-16", "ba")]
    [InlineData("汉字", "gb2312", "gb2312", "babad7d6")]
    [InlineData("漢", "gb2312", "utf-8", "e6bca2")]
    [InlineData("漢😀", "gb18030", "gb18030", null)]
    [InlineData("한글", "euc-kr", "euc-kr", "c7d1b1db")]
    [InlineData("똠", "euc-kr", "utf-8", "eb98a0")]
    [InlineData("漢字", "big5", "big5", "ba7ea672")]
    [InlineData("é", "utf-16", "utf-8", "c3a9")]
    [InlineData("é", "utf-7", "utf-8", "c3a9")]
    [InlineData("é", "IBM037", "utf-8", "c3a9")]
    [InlineData("é", "nonsense", "utf-8", "c3a9")]
    [InlineData("é", null, "utf-8", "c3a9")]
    [InlineData("漢\u001b$B", "iso-2022-jp", "utf-8", null)]
    public void The_narrowest_charset_that_holds_all_of_a_text_is_taken(string text, string? preferred, string charset, string? octets)
    {
        var written = Charset.Narrowest(text, preferred);
        Assert.Equal(charset, written.Charset);
        if (octets is not null)
            Assert.Equal(octets, Convert.ToHexStringLower(written.Octets));
    }

    [Theory]
    [InlineData("iso-2022-jp", "漢字かな ab=?_")]
    [InlineData("shift_jis", "漢字かなｱ ab=?_")]
    [InlineData("euc-jp", "漢字かな ab=?_")]
    [InlineData("koi8-r", "Привет ab=?_")]
    [InlineData("iso-8859-1", "éàü ab=?_")]
    [InlineData("windows-1252", "é€“ ab=?_")]
    [InlineData("gb18030", "汉字é😀한 ab=?_")]
    [InlineData("gb2312", "汉字 ab=?_")]
    [InlineData("big5", "漢字 ab=?_")]
    [InlineData("euc-kr", "한글漢 ab=?_")]
    [InlineData("utf-8", "é漢😀 ab=?_")]
    public void Encoded_words_of_every_charset_come_back_whole_and_one_by_one(string charset, string alphabet)
    {
        var random = new Random(91);
        var runes = alphabet.EnumerateRunes().ToList();
        for (var i = 0; i < 300; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 90)).Select(_ => runes[random.Next(runes.Count)].ToString()));
            var first = random.Next(32, EncodedWord.MaxLength + 1);
            var words = EncodedWord.Encode(text, first, charset).ToList();
            Assert.All(words, word => Assert.InRange(word.Length, 12, EncodedWord.MaxLength));
            Assert.InRange(words[0].Length, 12, first);
            Assert.All(words, word => Assert.StartsWith($"=?{charset}?", word, StringComparison.Ordinal));
            Assert.All(words, word => Assert.True(Ascii.IsValid(word) && !word.Contains(' ', StringComparison.Ordinal)));
            Assert.Equal(text, EncodedWord.Decode(string.Join("\r\n ", words)).Text);
            Assert.Equal(text, string.Concat(words.Select(word => EncodedWord.Decode(word).Text)));
        }
    }

    [Fact]
    public void What_a_charset_does_not_hold_is_written_in_utf8() =>
        Assert.Equal(["=?utf-8?B?0J/RgNC40LLQtdGCIMOp?="], EncodedWord.Encode("Привет é", charset: "koi8-r"));

    [Theory]
    [InlineData("=?shift_jis?B?ir8=?= =?shift_jis?B?jpo=?=", "漢字")]
    [InlineData("=?shift_jis?B?ir+O?= =?shift_jis?B?mg==?=", "漢字")]
    [InlineData("=?iso-2022-jp?B?GyRCNEEbKEI=?= =?iso-2022-jp?B?GyRCO3obKEI=?=", "漢字")]
    [InlineData("=?iso-2022-jp?B?GyRCNEE=?= =?iso-2022-jp?Q?ab?=", "漢ab")]
    [InlineData("=?us-ascii?Q?=E9t=E9?=", "été")]
    [InlineData("=?unknown-8bit?Q?=C3=A9?=", "é")]
    [InlineData("=?utf-8?Q?a b?=", "a b")]
    [InlineData("=?utf-8?Q?who??=", "who?")]
    [InlineData("=?utf-8?Q?50=_off=3?=", "50= off=3")]
    [InlineData("=?utf-8?B?w6nD?= x", "é\ufffd x")]
    [InlineData("=?utf-8?B?w6k?=", "é")]
    [InlineData("=?utf-8?B?w 6 k=?=", "é")]
    [InlineData("=?utf-8?B?w6k=w6k=?=", "éé")]
    [InlineData("=?utf-8?Q??=", "")]
    [InlineData("\"=?utf-8?Q?=C3=A9?=\" x", "\"é\" x")]
    [InlineData("a=?utf-8?Q?=C3=A9?=b", "aéb")]
    [InlineData("=?utf-8?Q?open =?utf-8?Q?=C3=A9?=", "=?utf-8?Q?open é")]
    public void Words_are_read_as_they_were_meant(string text, string expected) => Assert.Equal(expected, EncodedWord.Decode(text).Text);

    [Theory]
    [InlineData("\"=?utf-8?Q?a?=\" =?utf-8?Q?b?=", "\"=?utf-8?Q?a?=\" b")]
    [InlineData("\"x \\\" =?utf-8?Q?a?=\" =?utf-8?Q?b?=", "\"x \\\" =?utf-8?Q?a?=\" b")]
    public void A_caller_may_leave_quoted_words_alone(string text, string expected) => Assert.Equal(expected, EncodedWord.Decode(text, insideQuotes: false).Text);
}
