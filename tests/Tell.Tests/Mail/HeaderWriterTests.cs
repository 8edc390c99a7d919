using System.Buffers;
using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class HeaderWriterTests
{
    private static string Written(Action<HeaderWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new HeaderWriter(output));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Unfolded(string header) => HeaderBlock.Read(Encoding.UTF8.GetBytes(header).AsMemory()).Fields.Single().Text.Text;

    private static void AssertLegal(string header, int longest = HeaderWriter.MaxLine)
    {
        Assert.EndsWith("\r\n", header, StringComparison.Ordinal);
        foreach (var line in header[..^2].Split("\r\n"))
        {
            Assert.InRange(Encoding.UTF8.GetByteCount(line), 1, longest);
            Assert.False(string.IsNullOrWhiteSpace(line));
            Assert.DoesNotContain(line, c => c is '\r' or '\n' or '\0');
        }
    }

    [Fact]
    public void A_short_field_is_one_line() =>
        Assert.Equal("Subject: Hello  world\r\n", Written(w => w.Text("Subject", Line.From("Hello  world"))));

    [Fact]
    public void A_long_field_folds_before_column_78_at_its_own_white_space()
    {
        var text = string.Join(' ', Enumerable.Range(1000, 60));
        var header = Written(w => w.Field("X-Long", Line.From(text)));
        AssertLegal(header, 78);
        Assert.Equal(text, Unfolded(header));
    }

    [Fact]
    public void A_word_that_no_line_can_hold_is_broken_or_encoded()
    {
        var word = new string('x', 5000);
        AssertLegal(Written(w => w.Field("References", Line.From(word))));
        var header = Written(w => w.Text("Subject", Line.From(word)));
        AssertLegal(header, 78);
        Assert.Equal(word, EncodedWord.Decode(Unfolded(header)).Text);
        for (var shift = 0; shift < 4; shift++)
        {
            var broken = Written(w => w.Field("X", Line.From(new string('a', shift) + string.Concat(Enumerable.Repeat("😀", 1000)))));
            AssertLegal(broken);
            Assert.DoesNotContain('\ufffd', broken);
        }
    }

    [Fact]
    public void A_name_that_is_no_name_is_refused()
    {
        foreach (var name in new[] { "", "A:", "A B", "A\r\nB", "Ä", "\"", new string('a', 77) })
            Assert.Throws<ArgumentException>(() => Written(w => w.Field(name, Line.From("x"))));
    }

    [Fact]
    public void Any_text_comes_back_from_a_text_field()
    {
        foreach (var text in Fuzz.Texts(seed: 3, count: 4000, alphabet: "ab  =?_.é漢😀", maxLength: 300))
        {
            if (!Line.TryCreate(text, out var line))
                continue;
            var header = Written(w => w.Text("Subject", line));
            AssertLegal(header.Length == "Subject:\r\n".Length ? "x\r\n" : header);
            Assert.True(Ascii.IsValid(header));
            var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            Assert.Equal(expected, EncodedWord.Decode(Unfolded(header)).Text);
        }
    }

    [Fact]
    public void Whatever_is_in_a_structured_value_its_lines_stay_legal()
    {
        foreach (var text in Fuzz.Texts(seed: 4, count: 4000, alphabet: "ab  \t", maxLength: 400))
        {
            if (Line.TryCreate(text, out var line) && !string.IsNullOrWhiteSpace(text.Replace('\u0085', ' ')))
                AssertLegal(Written(w => w.Field("X-Test", line)));
        }
    }

    [Fact]
    public void Display_names_are_quoted_or_encoded_as_they_need_it()
    {
        NamedMailbox Named(string name) => new(Mailbox.Parse("a@x.test"), Line.From(name));
        Assert.Equal("From: a@x.test\r\n", Written(w => w.Addresses("From", Named(""))));
        Assert.Equal("From: Ada Lovelace <a@x.test>\r\n", Written(w => w.Addresses("From", Named("Ada Lovelace"))));
        Assert.Equal("From: \"Lovelace, \\\"A\\\" \\\\\" <a@x.test>\r\n", Written(w => w.Addresses("From", Named("Lovelace, \"A\" \\"))));
        Assert.Equal("From: =?utf-8?Q?J=C3=BCrgen?= <a@x.test>\r\n", Written(w => w.Addresses("From", Named("Jürgen"))));
        Assert.Equal("From: =?utf-8?B?5ryi5a2X?= <a@x.test>\r\n", Written(w => w.Addresses("From", Named("漢字"))));
        Assert.Equal("", Written(w => w.Addresses("To")));
    }

    [Fact]
    public void A_long_address_list_folds_between_addresses()
    {
        var list = Enumerable.Range(0, 50).Select(i => new NamedMailbox(Mailbox.Parse($"user{i}@example.test"), Line.From($"User {i}"))).ToArray();
        var header = Written(w => w.Addresses("To", list));
        AssertLegal(header, 78);
        Assert.Equal(string.Join(", ", list.Select(named => named.ToString())), Unfolded(header));
    }

    [Fact]
    public void Encoded_words_are_75_octets_at_most_and_never_split_a_character()
    {
        foreach (var text in Fuzz.Texts(seed: 5, count: 2000, alphabet: "aé漢😀 =?_", maxLength: 120))
        {
            if (!Line.TryCreate(text, out _))
                continue;
            var words = EncodedWord.Encode(text, firstLength: 40).ToList();
            Assert.All(words, word => Assert.InRange(word.Length, 12, EncodedWord.MaxLength));
            if (words.Count > 0)
                Assert.InRange(words[0].Length, 12, 40);
            // Each alone is whole text: no U+FFFD but those of lone surrogates.
            var apart = string.Concat(words.Select(word => EncodedWord.Decode(word).Text));
            Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), apart);
        }
    }

    [Theory]
    [InlineData("=?ISO-8859-1?Q?a?=", "a")]
    [InlineData("=?ISO-8859-1?Q?a?= b", "a b")]
    [InlineData("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab")]
    [InlineData("=?ISO-8859-1?Q?a?=  \t =?utf-8*en?b?Yg==?=", "ab")]
    [InlineData("=?ISO-8859-1?Q?a_b=E9?=", "a bé")]
    [InlineData("=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "é")]
    [InlineData("=?utf-8?B?w6k?=", "é")]
    [InlineData("=?koi8-r?B?w6k=?=", "ц╘")]
    [InlineData("=?utf-8?Q?a=?=", "a=")]
    [InlineData("=?utf-8?B?***?=", "=?utf-8?B?***?=")]
    [InlineData("=?utf-8?Q?=0D=0ABcc:_x?=", "Bcc: x")]
    [InlineData("=? x =?= ?=", "=? x =?= ?=")]
    [InlineData("=?utf-8?Q?open", "=?utf-8?Q?open")]
    public void Encoded_words_are_read_and_what_is_none_stays(string text, string expected) => Assert.Equal(expected, EncodedWord.Decode(text).Text);

    [Theory]
    [InlineData("=?")]
    [InlineData("=?a?q?")]
    [InlineData("=?utf-8?q?a")]
    [InlineData("=?utf-8?q?a?= ")]
    public void Reading_encoded_words_is_linear(string piece) =>
        Assert.True(Fuzz.IsLinear(size =>
        {
            var text = string.Concat(Enumerable.Repeat(piece, size / piece.Length));
            return () => EncodedWord.Decode(text);
        }));
}
