using System.Text;
using Tell.Smtp;
using Tell.Smtp.Server;

namespace Tell.Tests.Smtp.Server;

/// <summary>Sessions that end otherwise than by QUIT.</summary>
public class EndTests
{
    private const string Data =
        Dialogue.Envelope + "RCPT TO:<c@mx.example>\r\nDATA\r\nSubject: x\r\n\r\n..\r\nbody\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<d@mx.example>\r\nDATA\r\nagain\r\n.\r\nQUIT\r\n";

    private const string Chunks =
        Dialogue.Envelope + "BDAT 12\r\nSubject: x\r\nBDAT 0\r\nBDAT 8 LAST\r\n\r\nbody\r\nMAIL FROM:<> BODY=BINARYMIME\r\nRCPT TO:<d@mx.example>\r\nBDAT 6\r\n\0\0\0\0\0\0BDAT 5 LAST\r\nagainQUIT\r\n";

    [Theory]
    [InlineData(Data, true)]
    [InlineData(Data, false)]
    [InlineData(Chunks, true)]
    [InlineData(Chunks, false)]
    public void A_client_that_vanishes_at_any_octet_leaves_only_what_got_its_250(string conversation, bool politely)
    {
        for (var at = 0; at < conversation.Length; at++)
        {
            var dialogue = new Dialogue();
            dialogue.Send(conversation[..at]);
            var taken = dialogue.Hear().Split("250 2.0.0 Taken").Length - 1;
            if (politely)
                dialogue.Close();
            else
                dialogue.Connection.Reset();
            Assert.Equal(SessionEnd.Vanished, dialogue.End);
            Assert.Equal(taken, dialogue.Catcher.Mails.Count);
            Assert.Equal(0, dialogue.Catcher.Open);
            Assert.True(dialogue.Connection.IsClosed);
        }
    }

    [Theory]
    [InlineData("DATA\r\nx\r\n.\r\n")]
    [InlineData("BDAT 3 LAST\r\nx\r\n")]
    public void A_client_that_closes_right_behind_the_end_of_its_message_has_delivered_it(string message)
    {
        var connection = new MemoryConnection();
        _ = connection.Client.WriteAsync(Encoding.ASCII.GetBytes(Dialogue.Envelope + message));
        connection.Client.Complete();
        var dialogue = new Dialogue(connection: connection);
        Assert.EndsWith("250 2.0.0 Taken\r\n", dialogue.Hear(), StringComparison.Ordinal);
        Assert.Equal(SessionEnd.Vanished, dialogue.End);
        Assert.Equal("x\r\n", Assert.Single(dialogue.Catcher.Mails).Content);
    }

    [Fact]
    public void A_client_that_vanishes_while_the_receiver_commits_does_not_undo_it()
    {
        var gate = new TaskCompletionSource<Reply>();
        var dialogue = new Dialogue(catcher: new MailCatcher { CommitGate = gate });
        dialogue.Send(Dialogue.Envelope + "DATA\r\nx\r\n.\r\n");
        dialogue.Connection.Reset();
        Assert.False(dialogue.Done.IsCompleted);
        gate.SetResult(Reply.Of(250, "2.0.0", "x"));
        Assert.Equal(SessionEnd.Vanished, dialogue.End);
        Assert.Single(dialogue.Catcher.Mails);
        Assert.Equal(0, dialogue.Catcher.Open);
    }

    [Theory]
    [InlineData("")]
    [InlineData("EHLO client.example\r\n")]
    [InlineData(Dialogue.Envelope)]
    [InlineData("EHLO cli")]
    public void A_stop_between_commands_is_told_421_at_once(string sent)
    {
        var dialogue = new Dialogue();
        dialogue.Send(sent);
        dialogue.Hear();
        dialogue.Stop();
        Assert.Equal("421 4.3.2 Shutting down; try again soon\r\n", dialogue.Hear());
        Assert.Equal(SessionEnd.Stopped, dialogue.End);
        Assert.True(dialogue.Connection.IsClosed);
    }

    [Fact]
    public void A_stop_in_the_data_waits_for_its_end()
    {
        var dialogue = new Dialogue();
        dialogue.Send(Dialogue.Envelope + "DATA\r\nfirst\r\n");
        dialogue.Hear();
        dialogue.Stop();
        Assert.Equal("", dialogue.Hear());
        dialogue.Send("second\r\n.\r\nMAIL FROM:<>\r\n");
        Assert.Equal("250 421", Dialogue.CodesOf(dialogue.Hear()));
        Assert.Equal(SessionEnd.Stopped, dialogue.End);
        Assert.Equal("first\r\nsecond\r\n", Assert.Single(dialogue.Catcher.Mails).Content);
    }

    [Fact]
    public void A_stop_in_a_chunk_waits_for_its_end_and_takes_no_other()
    {
        var dialogue = new Dialogue();
        dialogue.Send(Dialogue.Envelope + "BDAT 6\r\n123");
        dialogue.Hear();
        dialogue.Stop();
        Assert.Equal("", dialogue.Hear());
        dialogue.Send("456BDAT 0 LAST\r\n");
        Assert.Equal("250 421", Dialogue.CodesOf(dialogue.Hear()));
        Assert.Equal(SessionEnd.Stopped, dialogue.End);
        Assert.Empty(dialogue.Catcher.Mails);
        Assert.Equal(0, dialogue.Catcher.Open);
    }

    [Fact]
    public async Task A_stop_gives_up_a_question_to_the_receiver()
    {
        var dialogue = new Dialogue(catcher: new MailCatcher { RecipientGate = new TaskCompletionSource() });
        dialogue.Send("EHLO client.example\r\nMAIL FROM:<a@client.example>\r\n");
        dialogue.Hear();
        dialogue.Send("RCPT TO:<b@mx.example>\r\n");
        var done = dialogue.Done;
        Assert.False(done.IsCompleted);
        dialogue.Stop();
        await done;
        Assert.Equal("421 4.3.2 Shutting down; try again soon\r\n", dialogue.Hear());
        Assert.Equal(SessionEnd.Stopped, dialogue.End);
    }

    [Fact]
    public async Task A_session_that_starts_when_we_stop_greets_and_leaves()
    {
        var connection = new MemoryConnection();
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var session = new ServerSession(
            connection, Dialogue.Options, new MailCatcher(), new SessionFacts("S1", connection.Remote, connection.Local),
            TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Assert.Equal(SessionEnd.Stopped, (await session.RunAsync(stop.Token)).End);
    }

    // Pipelined: what stands behind the error that was one too many is not done any more.
    [Fact]
    public void The_receiver_is_told_of_each_error_and_may_end_the_session()
    {
        var errors = 0;
        var dialogue = new Dialogue(catcher: new MailCatcher { Error = _ => ++errors == 2 ? Reply.Of(421, "4.7.0", "Enough") : null });
        dialogue.Send(Dialogue.Envelope + "NONSENSE\r\nRCPT TO:<later@mx.example>\r\nRCPT TO:<unknown@mx.example>\r\nDATA\r\nQUIT\r\n");
        Assert.Equal("220 250 250 250 500 450 550 421", Dialogue.CodesOf(dialogue.Hear()));
        Assert.Equal((SessionEnd.Dismissed, 2), (dialogue.End, dialogue.Summary.Errors));
    }

    [Fact]
    public void A_receiver_that_fails_to_count_errors_ends_no_session()
    {
        var dialogue = new Dialogue(catcher: new MailCatcher { Error = _ => throw new InvalidOperationException("no counter") });
        dialogue.Send("NONSENSE\r\nQUIT\r\n");
        Assert.Equal("220 500 221", Dialogue.CodesOf(dialogue.Hear()));
    }

    [Fact]
    public async Task A_refused_client_hears_why()
    {
        var connection = new MemoryConnection();
        await ServerSession.RefuseAsync(connection, Reply.Of(421, "4.3.2", "Too many connections"), CancellationToken.None);
        Assert.True(connection.Replies.TryRead(out var result));
        Assert.Equal("421 4.3.2 Too many connections\r\n", System.Text.Encoding.Latin1.GetString(result.Buffer.FirstSpan));
        Assert.True(connection.IsClosed);
    }
}
