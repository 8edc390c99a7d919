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
}
