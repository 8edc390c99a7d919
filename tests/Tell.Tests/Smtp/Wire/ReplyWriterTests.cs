using System.Text;
using Tell.Mail;
using Tell.Smtp;
using Tell.Smtp.Wire;

namespace Tell.Tests.Smtp.Wire;

public class ReplyWriterTests
{
    [Fact]
    public void Every_line_has_code_and_status_and_only_the_last_a_blank()
    {
        var reply = new Reply(550, new EnhancedStatus(5, 7, 1), Line.From("No."), Line.From(""), Line.From("Never."));
        Assert.Equal("550-5.7.1 No.\r\n550-5.7.1 \r\n550 5.7.1 Never.\r\n", Encode(reply));
    }

    [Fact]
    public void A_reply_without_a_status_has_none() => Assert.Equal("354 Go on\r\n", Encode(Reply.Of(354, "", "Go on")));

    [Theory]
    [InlineData(480)]
    [InlineData(500)]
    [InlineData(512)]
    [InlineData(5000)]
    public void No_line_is_longer_than_512_octets(int length)
    {
        var line = Encode(Reply.Of(250, "2.0.0", new string('x', length)));
        Assert.True(line.Length <= 512);
        Assert.EndsWith("x\r\n", line, StringComparison.Ordinal);
        Assert.Equal(Math.Min(length, 500), line.Count(c => c == 'x'));
    }

    [Fact]
    public void Only_printable_ASCII_and_tabs_reach_the_wire() =>
        Assert.Equal("250 2.0.0 a\tb?c?d?\r\n", Encode(Reply.Of(250, "2.0.0", "a\tb\u001bc\u007fdé")));

    private static string Encode(Reply reply) => Encoding.Latin1.GetString(ReplyWriter.Encode(reply));
}
