using System.Text;
using Tell.Smtp.Wire;

namespace Tell.Tests.Smtp.Wire;

public class DataDecoderTests
{
    private const string End = "\r\n.\r\n";

    [Theory]
    [InlineData(".\r\n", "")]
    [InlineData("\r\n.\r\n", "\r\n")]
    [InlineData("a" + End, "a\r\n")]
    [InlineData("..\r\n.\r\n", ".\r\n")]
    [InlineData("a\r\n..b\r\n.c" + End, "a\r\n.b\r\nc\r\n")]
    [InlineData("a\n.\nb" + End, "a\r\n.\r\nb\r\n")]
    [InlineData("a\n.\r\nb" + End, "a\r\n.\r\nb\r\n")]
    [InlineData("a\r.\r\nb" + End, "a\r\n.\r\nb\r\n")]
    [InlineData("a\r.\rb" + End, "a\r\n.\r\nb\r\n")]
    [InlineData("a\r\n.\nb" + End, "a\r\n\r\nb\r\n")]
    [InlineData("a\r\n.\rb" + End, "a\r\n\r\nb\r\n")]
    [InlineData("a\r\r\nb" + End, "a\r\n\r\nb\r\n")]
    [InlineData("a\n\rb" + End, "a\r\n\r\nb\r\n")]
    [InlineData("\r\r\r\n.\r\n", "\r\n\r\n\r\n")]
    [InlineData("\u0080\u00ff" + End, "\u0080\u00ff\r\n")]
    [InlineData("a\0\0b\0" + End, "ab\r\n")]
    [InlineData("\0.\r\nb" + End, ".\r\nb\r\n")]
    [InlineData("a\r\n\0.\r\nb" + End, "a\r\n.\r\nb\r\n")]
    [InlineData("a\r\n.\0\r\nb" + End, "a\r\n\r\nb\r\n")]
    [InlineData("a\r\0\nb" + End, "a\r\n\r\nb\r\n")]
    [InlineData("a\r\n.\r\0\nb" + End, "a\r\n\r\n\r\nb\r\n")]
    [InlineData("\r\n.\r\r\n.\r\n", "\r\n\r\n\r\n")]
    public void Each_case_comes_out_the_same_at_every_split(string data, string content)
    {
        for (var first = 0; first <= data.Length; first++)
        {
            for (var second = first; second <= data.Length; second++)
            {
                var (decoded, left) = Decode(data + "QUIT\r\n", first, second);
                Assert.Equal(content, decoded);
                Assert.Equal("QUIT\r\n", left);
            }
        }
    }

    [Theory]
    [InlineData("\n.\n")]
    [InlineData("\n.\r\n")]
    [InlineData("\r.\r\n")]
    [InlineData("\r.\r")]
    [InlineData("\r\n.\n")]
    [InlineData("\r\n.\r")]
    [InlineData("\n.\r")]
    [InlineData("\r\r\n.\n")]
    [InlineData("\r\n.\0\r\n")]
    [InlineData("\r\n\0.\r\n")]
    [InlineData("\r\0\n.\r\n")]
    [InlineData("\r\n.\r\0\n")]
    [InlineData("\r\n. \r\n")]
    [InlineData("\r\n..\r\n")]
    public void No_other_sequence_ends_the_data(string sequence)
    {
        var decoder = new DataDecoder();
        Feed(ref decoder, "text" + sequence + "RCPT TO:<victim>\r\n", out var content);
        Assert.False(decoder.Ended);
        Assert.DoesNotMatch("(?<!\r)\n|\r(?!\n)", content);
        Assert.Contains("RCPT", content, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_octets_come_out_as_from_the_plain_reading_of_the_rule()
    {
        const string Alphabet = "\r\r\r\n\n\n..a\0";
        var random = new Random(5321);
        for (var round = 0; round < 20_000; round++)
        {
            var data = new string(Enumerable.Range(0, random.Next(0, 24)).Select(_ => Alphabet[random.Next(Alphabet.Length)]).ToArray()) + "\r\n.\r\n";
            var (expected, rest) = ByTheRule(data);
            var first = random.Next(data.Length + 1);
            var (decoded, left) = Decode(data, first, random.Next(first, data.Length + 1));
            Assert.Equal(expected, decoded);
            Assert.Equal(rest, left);
            Assert.DoesNotMatch("(?<!\r)\n|\r(?!\n)", decoded);
        }
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("a", "a", 0)]
    [InlineData(".\r\n", ".\r\n", 0)]
    [InlineData("a\r\n.\r\n..\r\nb", "a\r\n.\r\n..\r\nb", 0)]
    [InlineData("a\r", "a\r\n", 1)]
    [InlineData("a\n", "a\r\n", 1)]
    [InlineData("a\0", "a", 1)]
    [InlineData("\r\r\n\0\0\n.\r\n", "\r\n\r\n\r\n.\r\n", 4)]
    public void Measured_content_keeps_its_dots_and_ends_where_it_is_told_to(string data, string content, long irregular)
    {
        for (var cut = 0; cut <= data.Length; cut++)
        {
            var decoder = new DataDecoder { Measured = true };
            Assert.Equal(cut, Feed(ref decoder, data[..cut], out var first));
            Assert.Equal(data.Length - cut, Feed(ref decoder, data[cut..], out var second));
            Assert.False(decoder.Ended);
            Assert.Equal(content, first + second + (decoder.Finish() ? "\r\n" : ""));
            Assert.Equal(irregular, decoder.Irregular);
            Assert.True(decoder.Ended);
        }
    }

    [Fact]
    public void A_run_of_NUL_is_one_step()
    {
        var decoder = new DataDecoder();
        Assert.Equal(new DataPiece(false, 0, 1, 1001), decoder.Next(Encoding.Latin1.GetBytes("a" + new string('\0', 1000) + "b")));
        Assert.Equal(1000, decoder.Irregular);
    }

    [Fact]
    public void An_ordinary_body_is_one_slice()
    {
        var data = string.Concat(Enumerable.Repeat("An ordinary line, with a dot in it. And another.\r\n", 80)) + ".\r\n";
        var decoder = new DataDecoder();
        var piece = decoder.Next(Encoding.Latin1.GetBytes(data));
        Assert.Equal(new DataPiece(false, 0, data.Length - 3, data.Length - 2), piece);
    }

    private static (string Content, string Left) Decode(string data, int first, int second)
    {
        var decoder = new DataDecoder();
        var content = new StringBuilder();
        var consumed = 0;
        foreach (var cut in new[] { first, second, data.Length })
        {
            if (cut < consumed)
                continue;
            consumed += Feed(ref decoder, data[consumed..cut], out var piece);
            content.Append(piece);
            if (decoder.Ended)
                return (content.ToString(), data[consumed..]);
        }
        throw new InvalidOperationException("it did not end");
    }

    private static int Feed(ref DataDecoder decoder, string data, out string content)
    {
        var input = Encoding.Latin1.GetBytes(data);
        var output = new StringBuilder();
        var at = 0;
        for (var call = 0; at < input.Length && !decoder.Ended; call++)
        {
            Assert.True(call < 1000, "it does not get on");
            var piece = decoder.Next(input.AsSpan(at));
            output.Append(piece.Newline ? "\r\n" : "").Append(data, at + piece.Start, piece.Length);
            at += piece.Consumed;
        }
        content = output.ToString();
        return at;
    }

    // RFC 5321 4.5.2 word for word, an octet at a time, bare newlines to CR LF, NUL to nothing.
    private static (string Content, string Left) ByTheRule(string data)
    {
        var content = new StringBuilder();
        var lineStart = true;
        for (var i = 0; i < data.Length;)
        {
            var rest = data.AsSpan(i);
            if (lineStart && rest.StartsWith(".\r\n"))
                return (content.ToString(), data[(i + 3)..]);
            if (lineStart && rest[0] == '.')
            {
                (lineStart, i) = (false, i + 1);
                continue;
            }
            lineStart = rest.StartsWith("\r\n");
            if (rest[0] is '\r' or '\n')
                content.Append("\r\n");
            else if (rest[0] != '\0')
                content.Append(rest[0]);
            i += lineStart ? 2 : 1;
        }
        throw new InvalidOperationException("no end");
    }
}
