using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class ContentDecoderTests
{
    [Theory]
    [InlineData("", "", null)]
    [InlineData("QUJD", "ABC", null)]
    [InlineData("QUI=", "AB", null)]
    [InlineData("QQ==", "A", null)]
    [InlineData("Q\r\nU\tJ D", "ABC", null)]
    [InlineData("QQ=\r\n=", "A", null)]
    [InlineData("QQ==QQ==", "AA", null)]
    [InlineData("QUI=\r\nQUJD\r\nQUI=", "ABABCAB", null)]
    // As Python has it: without padding, with junk between, with padding where there can be none.
    [InlineData("QQ", "A", "the base64 ends without its padding")]
    [InlineData("QUI", "AB", "the base64 ends without its padding")]
    [InlineData("Q*U-JD", "ABC", "the base64 is damaged")]
    [InlineData("Q*Q*=*=", "A", "the base64 is damaged")]
    [InlineData("=QQ==", "A", "the base64 is damaged")]
    [InlineData("QQ=QQ==", "A\u0004\u0010", "the base64 is damaged")]
    [InlineData("Q===QQ==", "A\u0004", "the base64 is damaged")]
    // Python gives such text back as it is; the octets that can be read are of more use.
    [InlineData("QUJDQ", "ABC", "the base64 is damaged")]
    [InlineData("Q", "", "the base64 is damaged")]
    // Behind a padding, what is not base64 is what a mailing list wrote there.
    [InlineData("QQ==\r\n_______\r\nabcd", "A", "the base64 is damaged")]
    public void Base64_is_read_as_far_as_it_can_be(string coded, string text, string? problem) => Check("base64", coded, text, problem);

    [Theory]
    [InlineData("", "", null)]
    [InlineData("a=3Db=3dc", "a=b=c", null)]
    [InlineData("a=\r\nb=\nc", "abc", null)]
    [InlineData("a= \t\r\nb", "ab", null)]
    [InlineData("a \t\r\nb  \n\tc ", "a\r\nb\n\tc", null)]
    [InlineData("a b=20\r\n c", "a b \r\n c", null)]
    [InlineData("a=", "a", null)]
    [InlineData("a=\r\n", "a", null)]
    [InlineData("a\rb \rc", "a\rb\rc", null)]
    [InlineData("=E9=c3=A9", "\u00e9\u00c3\u00a9", null)]
    [InlineData("a=XYb", "a=XYb", "the quoted-printable is damaged")]
    [InlineData("a=4", "a=4", "the quoted-printable is damaged")]
    [InlineData("a=4\r\nb", "a=4\r\nb", "the quoted-printable is damaged")]
    [InlineData("a=4=41", "a=4A", "the quoted-printable is damaged")]
    [InlineData("a= b", "a= b", "the quoted-printable is damaged")]
    // Python makes one "=" of two, for the sake of its own old writer; "x == y" that nobody encoded stays as it is.
    [InlineData("a == b", "a == b", "the quoted-printable is damaged")]
    [InlineData("\u00e9\0", "\u00e9\0", null)]
    public void Quoted_printable_is_read_and_what_is_none_stays(string coded, string text, string? problem) => Check("quoted-printable", coded, text, problem);

    [Theory]
    [InlineData("begin 644 x\r\n#86)C\r\n`\r\nend\r\n", "abc", null)]
    [InlineData("text\r\n\r\nbegin 0644 a b.txt\n#86)C\n\nend\nmore", "abc", null)]
    [InlineData("begin 644 x\r\n#86)C\r\n\"86)C\r\n`\r\nend", "abcab", null)]
    [InlineData("begin 644 x\r\n#86)C!\r\n# \r\nend", "abc\0\0\0", null)]
    [InlineData("begin 644 x\r\n#86)C", "abc", "the uuencode has no end")]
    [InlineData("begin 644 x\r\nabc\r\nend", "\u0006", "damaged")]
    [InlineData("begin of a letter\r\nend", "begin of a letter\r\nend", "the uuencode has no beginning")]
    [InlineData("begin 64", "begin 64", "the uuencode has no beginning")]
    [InlineData("", "", null)]
    public void Uuencode_is_read_between_its_first_and_last_line(string coded, string text, string? problem)
    {
        if (problem == "damaged")
            Assert.Equal(["the uuencode is damaged"], MimeTranscript.Of($"Content-Transfer-Encoding: uue\r\n\r\n{coded}").Problems);
        else
            Check("x-uuencode", coded, text, problem);
    }

    [Fact]
    public void What_our_encoders_write_comes_back()
    {
        var random = new Random(72);
        foreach (var octets in Fuzz.Octets(seed: 73, count: 300, alphabet: "abc =.\tF\r\n-", maxLength: 40_000 / 100).Append(new byte[50_000]))
        {
            foreach (var quoted in new[] { true, false })
            {
                var output = new System.Buffers.ArrayBufferWriter<byte>();
                if (quoted)
                {
                    QuotedPrintable.Write(octets, output);
                }
                else
                {
                    var lines = new Base64Lines(output);
                    lines.Write(octets);
                    lines.Finish();
                }
                byte[] message = [.. Encoding.ASCII.GetBytes($"Content-Transfer-Encoding: {(quoted ? "quoted-printable" : "base64")}\r\n\r\n"), .. output.WrittenSpan];
                var read = MimeTranscript.Of(MimeTranscript.Pieces(message, random.Next(1, message.Length + 1)));
                Assert.Equal(octets, read.Contents[""]);
                Assert.Empty(read.Problems);
            }
        }
    }

    [Fact]
    public void White_space_that_is_longer_than_any_padding_stays()
    {
        foreach (var (length, kept) in new[] { (997, 0), (998, 0), (999, 999), (5000, 5000) })
        {
            foreach (var size in new[] { int.MaxValue, 100, 1 })
            {
                var octets = MimeTranscript.Latin1("Content-Transfer-Encoding: quoted-printable\r\n\r\na" + new string(' ', length) + "\r\nb");
                Assert.Equal(kept + 4, MimeTranscript.Of(MimeTranscript.Pieces(octets, Math.Min(size, octets.Length))).Contents[""].Length);
            }
        }
    }

    private static void Check(string encoding, string coded, string text, string? problem)
    {
        var octets = MimeTranscript.Latin1($"Content-Transfer-Encoding: {encoding}\r\n\r\n{coded}");
        for (var size = 1; size <= octets.Length; size++)
        {
            var read = MimeTranscript.Of(MimeTranscript.Pieces(octets, size));
            Assert.Equal(text, read.Text(""));
            Assert.Equal(problem is null ? [] : [problem], read.Problems);
        }
    }
}
