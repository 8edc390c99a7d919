using Tell.Smtp;
using Tell.Smtp.Server;

namespace Tell.Tests.Smtp.Server;

public class TimeTests
{
    private const string Idle = "421 4.4.2 Nothing came for too long; closing\r\n";

    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData("")]
    [InlineData("EHLO client.example\r\n")]
    [InlineData(Dialogue.Envelope)]
    [InlineData(Dialogue.Envelope + "DATA\r\n")]
    [InlineData(Dialogue.Envelope + "DATA\r\nSubject: x\r\n.")]
    [InlineData(Dialogue.Envelope + "BDAT 6\r\n123")]
    [InlineData(Dialogue.Envelope + "BDAT 3\r\n123")]
    [InlineData("BDAT 6\r\n123")]
    [InlineData("EHLO client.exa")]
    public void A_silent_client_is_told_421_after_the_idle_timeout_wherever_it_is_silent(string sent)
    {
        var dialogue = new Dialogue(clock: _clock);
        dialogue.Send(sent);
        dialogue.Hear();
        _clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.False(dialogue.Done.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Idle, dialogue.Hear());
        Assert.Equal(SessionEnd.TimedOut, dialogue.End);
        Assert.Equal(0, dialogue.Catcher.Open);
        Assert.Empty(dialogue.Catcher.Mails);
        Assert.Equal(0, _clock.TimersAlive);
    }

    [Fact]
    public void Each_command_starts_the_limit_again_and_each_octet_of_one_does_not()
    {
        var dialogue = new Dialogue(clock: _clock);
        for (var i = 0; i < 10; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(4));
            dialogue.Send("NOOP\r\n");
        }
        Assert.False(dialogue.Done.IsCompleted);
        _clock.Advance(TimeSpan.FromMinutes(2));
        dialogue.Send("N");
        _clock.Advance(TimeSpan.FromMinutes(2));
        dialogue.Send("O");
        Assert.False(dialogue.Done.IsCompleted);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(SessionEnd.TimedOut, dialogue.End);
    }

    [Theory]
    [InlineData("DATA\r\n", "x")]
    [InlineData("BDAT 1000000\r\n", "x")]
    [InlineData("BDAT 1\r\nx", "BDAT 1\r\nx")]
    public void A_body_that_comes_more_slowly_than_it_may_is_given_up_after_a_minute(string begin, string octet)
    {
        var dialogue = new Dialogue(Dialogue.Options with { MinDataRate = 10, MaxMessageSize = 1_000_000 }, clock: _clock);
        dialogue.Send(Dialogue.Envelope + begin);
        dialogue.Hear();
        // One octet a second, by piece or by chunk, is too slow; in the first minute nobody minds.
        for (var second = 1; second < 60; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            dialogue.Send(octet);
            Assert.DoesNotContain("421", dialogue.Hear(), StringComparison.Ordinal);
        }
        _clock.Advance(TimeSpan.FromSeconds(1));
        dialogue.Send(octet);
        Assert.Equal("421 4.4.2 The message comes too slowly; closing\r\n", dialogue.Hear());
        Assert.Equal(SessionEnd.TooSlow, dialogue.End);
        Assert.Equal(0, dialogue.Catcher.Open);
        Assert.Empty(dialogue.Catcher.Mails);
        Assert.Equal((1, 0), (_clock.TimersMade, _clock.TimersAlive));
    }

    [Fact]
    public void A_body_that_comes_fast_enough_on_average_may_take_hours()
    {
        var dialogue = new Dialogue(Dialogue.Options with { MinDataRate = 10 }, clock: _clock);
        dialogue.Send(Dialogue.Envelope + "DATA\r\n");
        for (var minute = 0; minute < 120; minute += 4)
        {
            _clock.Advance(TimeSpan.FromMinutes(4));
            dialogue.Send(new string('x', 2400));
        }
        dialogue.Send("\r\n.\r\nQUIT\r\n");
        Assert.Equal(SessionEnd.Quit, dialogue.End);
        Assert.Single(dialogue.Catcher.Mails);
    }

    [Fact]
    public void The_time_that_the_receiver_takes_to_write_does_not_make_the_client_slow()
    {
        var gate = new TaskCompletionSource();
        var dialogue = new Dialogue(Dialogue.Options with { MinDataRate = 10 }, clock: _clock, catcher: new MailCatcher { WriteGate = gate });
        dialogue.Send(Dialogue.Envelope + "DATA\r\nx\r\n");
        _clock.Advance(TimeSpan.FromMinutes(10));
        gate.SetResult();
        Assert.False(dialogue.Done.IsCompleted);
        dialogue.Send(".\r\nQUIT\r\n");
        Assert.Equal(SessionEnd.Quit, dialogue.End);
        Assert.Single(dialogue.Catcher.Mails);
    }

    [Fact]
    public void Each_piece_of_data_starts_the_limit_again()
    {
        var dialogue = new Dialogue(clock: _clock);
        dialogue.Send(Dialogue.Envelope + "DATA\r\n");
        for (var i = 0; i < 20; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(4));
            dialogue.Send("x\r\n");
        }
        dialogue.Send(".\r\nQUIT\r\n");
        Assert.Equal(SessionEnd.Quit, dialogue.End);
        Assert.Equal(20 * 3, dialogue.Catcher.Mails[0].Content.Length);
    }

    [Fact]
    public void One_timer_serves_the_whole_session_and_is_hardly_ever_set()
    {
        var dialogue = new Dialogue(clock: _clock);
        for (var i = 0; i < 1000; i++)
        {
            dialogue.Send("NOOP\r\n");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        dialogue.Send("QUIT\r\n");
        Assert.Equal(SessionEnd.Quit, dialogue.End);
        Assert.Equal(1, _clock.TimersMade);
        Assert.InRange(_clock.TimersSet, 1, 10);
    }

    [Fact]
    public void The_time_that_the_receiver_takes_is_not_the_clients()
    {
        var gate = new TaskCompletionSource<Reply>();
        var dialogue = new Dialogue(clock: _clock, catcher: new MailCatcher { CommitGate = gate });
        dialogue.Send(Dialogue.Envelope + "DATA\r\n");
        dialogue.Hear();
        dialogue.Send(".\r\n");
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.False(dialogue.Done.IsCompleted);
        // Nothing is said about the message before the receiver has decided.
        Assert.Equal("", dialogue.Hear());
        gate.SetResult(Reply.Of(250, "2.0.0", "x"));
        Assert.Equal("250 2.0.0 Taken\r\n", dialogue.Hear());
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(SessionEnd.TimedOut, dialogue.End);
    }

    [Fact]
    public void A_client_that_does_not_read_its_replies_is_cut_off()
    {
        var connection = new MemoryConnection(window: 1000);
        var dialogue = new Dialogue(clock: _clock, connection: connection);
        dialogue.Send(string.Concat(Enumerable.Repeat("HELP\r\n", 100)));
        Assert.False(dialogue.Done.IsCompleted);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.True(connection.WasAborted);
        Assert.Equal(SessionEnd.TimedOut, dialogue.End);
    }

    [Fact]
    public void Without_a_limit_there_is_no_timer()
    {
        var dialogue = new Dialogue(Dialogue.Options with { IdleTimeout = TimeSpan.Zero }, clock: _clock);
        dialogue.Send("NOOP\r\n");
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, _clock.TimersMade);
        Assert.Equal("221", dialogue.Codes("QUIT\r\n")[^3..]);
    }
}
