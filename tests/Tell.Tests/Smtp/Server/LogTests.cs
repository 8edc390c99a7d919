namespace Tell.Tests.Smtp.Server;

public class LogTests
{
    [Fact]
    public void The_log_names_the_cause_that_the_client_never_hears()
    {
        var log = new LineLog();
        var dialogue = new Dialogue(log: log);
        Assert.Equal("220 250 250 250 354 451", dialogue.Codes(Dialogue.Envelope.Replace("<a@", "<nocommit@", StringComparison.Ordinal) + "DATA\r\nx\r\n.\r\n"));
        Assert.Contains("S1: the commit failed; the client was told to try again later", log.Lines);
        Assert.Contains(log.Causes, cause => cause is IOException { Message: "fsync failed" });
    }

    [Fact]
    public void A_session_logs_its_beginning_its_refusals_and_its_end()
    {
        var log = new LineLog();
        var dialogue = new Dialogue(log: log);
        dialogue.Send(Dialogue.Envelope + "RCPT TO:<unknown@mx.example>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n");
        Assert.Equal(
            [
                "S1: connection from 192.0.2.7:40001 at 127.0.0.1:25",
                "S1: refused: 550 5.1.1 No such user here",
                "S1: ended (Quit) after 6 commands, 1 messages, 3 octets, 1 errors",
            ],
            log.Lines);
    }
}
