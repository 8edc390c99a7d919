using System.Buffers;
using Tell.Tests.Tools;

namespace Tell.Tests.Smtp.Server;

[Collection(MemoryCollection.Name)]
public class MemoryTests
{
    [Fact]
    public void A_line_without_end_costs_no_memory()
    {
        var dialogue = new Dialogue();
        dialogue.Hear();
        var piece = new string('x', 64 * 1024);
        dialogue.Send(piece);
        var before = GC.GetTotalMemory(true);
        for (var i = 0; i < 500; i++)
            dialogue.Send(piece);
        Assert.InRange(GC.GetTotalMemory(true) - before, long.MinValue, 1_000_000);
        Assert.Equal("500 250", dialogue.Codes("\r\nNOOP\r\n"));
    }

    [Theory]
    [InlineData(long.MaxValue, "DATA\r\n", 100 << 20, "\r\n.\r\n", "250")]
    [InlineData(long.MaxValue, "BDAT 1073741824 LAST\r\n", 1 << 30, "", "250")]
    [InlineData(50_000_000, "DATA\r\n", 100 << 20, "\r\n.\r\n", "552")]
    [InlineData(50_000_000, "BDAT 1073741824 LAST\r\n", 1 << 30, "", "552")]
    public void A_line_without_end_in_a_body_costs_no_memory(long limit, string begin, int octets, string end, string code)
    {
        var dialogue = new Dialogue(Dialogue.Options with { MaxMessageSize = limit }, new MailCatcher { KeepContent = false });
        dialogue.Send(Dialogue.Envelope + begin);
        dialogue.Hear();
        var before = Pour(dialogue, octets);
        Assert.InRange(GC.GetTotalMemory(true) - before, long.MinValue, 1_000_000);
        Assert.Equal(code, Dialogue.CodesOf(dialogue.Hear()) + dialogue.Codes(end));
        Assert.Equal("250", dialogue.Codes("NOOP\r\n"));
    }

    [Fact]
    public void A_header_without_end_costs_no_memory_and_is_not_handed_on()
    {
        var dialogue = new Dialogue(
            Dialogue.Options with { MaxMessageSize = long.MaxValue, MaxHeaderSize = 1 << 20 }, new MailCatcher { KeepContent = false });
        dialogue.Send(Dialogue.Envelope + "DATA\r\nSubject:");
        dialogue.Hear();
        var before = Pour(dialogue, 100 << 20);
        Assert.InRange(GC.GetTotalMemory(true) - before, long.MinValue, 1_000_000);
        Assert.InRange(dialogue.Catcher.OctetsWritten, 0, 1 << 20);
        Assert.Equal("552", dialogue.Codes("\r\n.\r\n"));
    }

    [Fact]
    public void Ten_thousand_recipients_cost_what_they_hold()
    {
        var dialogue = new Dialogue(Dialogue.Options with { MaxRecipients = 5000 });
        dialogue.Send("EHLO client.example\r\nMAIL FROM:<a@client.example>\r\n");
        dialogue.Hear();
        var recipients = string.Concat(Enumerable.Range(10_000, 100).Select(i => $"RCPT TO:<user{i}@mx.example> NOTIFY=FAILURE ORCPT=rfc822;user{i}@mx.example\r\n"));
        var before = GC.GetTotalMemory(true);
        for (var i = 0; i < 100; i++)
        {
            dialogue.Send(recipients);
            Assert.Equal(100, dialogue.Hear().Split("\r\n").Length - 1);
        }
        // Of 5,000 that were taken and 5,000 that got 452: less than 600 octets each.
        Assert.InRange(GC.GetTotalMemory(true) - before, long.MinValue, 5000 * 600);
        Assert.Equal("354", dialogue.Codes("DATA\r\n"));
    }

    [Fact]
    public void A_large_message_costs_no_memory()
    {
        var dialogue = new Dialogue(Dialogue.Options with { MaxMessageSize = long.MaxValue }, new MailCatcher { KeepContent = false });
        dialogue.Send(Dialogue.Envelope + "DATA\r\n");
        var piece = string.Concat(Enumerable.Repeat("0123456789abcdef0123456789abcdef0123456789abcdef\r\n", 1000));
        dialogue.Send(piece);
        var before = GC.GetTotalMemory(true);
        for (var i = 0; i < 500; i++)
            dialogue.Send(piece);
        Assert.InRange(GC.GetTotalMemory(true) - before, long.MinValue, 1_000_000);
        Assert.Equal("250 221", dialogue.Codes(".\r\nQUIT\r\n").Replace("220 250 250 250 354 ", "", StringComparison.Ordinal));
        Assert.Equal(501L * piece.Length, dialogue.Summary.MessageOctets);
    }

    // Sends so many octets of a line; gives the memory that was in use after the first of them.
    private static long Pour(Dialogue dialogue, int octets)
    {
        var piece = new byte[1 << 20];
        piece.AsSpan().Fill((byte)'x');
        var before = 0L;
        for (var sent = 0; sent < octets; sent += piece.Length)
        {
            dialogue.Connection.Client.Write(piece);
            _ = dialogue.Connection.Client.FlushAsync();
            if (sent == 0)
                before = GC.GetTotalMemory(true);
        }
        return before;
    }
}
