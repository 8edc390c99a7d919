using System.Text;
using Tell.Smtp.Client;
using Tell.Smtp.Network;
using Tell.Tests.Simulation;
using static Tell.Tests.Smtp.Client.ClientStory;

namespace Tell.Tests.Smtp.Client;

public sealed class ClientFaultTests
{
    private static readonly (string Said, SessionPhase Phase)[] Steps =
    [
        ("S: 220 mx", SessionPhase.Greeting),
        ("C: EHLO client.test\nS: 250 mx", SessionPhase.Hello),
        ("C: MAIL FROM:<ada@client.test>\nS: 250 Ok", SessionPhase.Mail),
        ("C: RCPT TO:<a@example.test>\nS: 550 no", SessionPhase.Recipient),
        ("C: RCPT TO:<b@example.test>\nS: 250 Ok", SessionPhase.Recipient),
        ("C: DATA\nS: 354 go", SessionPhase.Data),
        ("C: Subject: hi\nC:\nC: hello\nC: .\nS: 250 Ok", SessionPhase.EndOfData),
    ];

    public static TheoryData<int> EachStep => [0, 1, 2, 3, 4, 5, 6];

    [Theory]
    [MemberData(nameof(EachStep))]
    public void At_421_the_session_ends_and_the_message_waits(int step) => Break(step, "S: 421 4.3.2 going down\n-- close", (fault, sent) =>
    {
        Assert.Equal(421, fault.Reply!.Code);
        Assert.False(fault.InDoubt);
        Assert.All(sent?.Recipients.Skip(step > 3 ? 1 : 0) ?? [], result => Assert.Equal((421, Steps[step].Phase), (result.Reply!.Code, result.Phase)));
        Kept(step, sent, 550);
    });

    [Theory]
    [MemberData(nameof(EachStep))]
    public void A_lost_connection_is_a_fault_and_in_doubt_only_after_the_final_dot(int step)
    {
        foreach (var how in new[] { "-- close", "-- reset", "S:250-half\n-- close" })
        {
            Break(step, how, (fault, sent) =>
            {
                Assert.Contains("connection", fault.Text, StringComparison.Ordinal);
                Assert.Equal(step == 6, fault.InDoubt);
                Assert.All(sent?.Recipients.Skip(step > 3 ? 1 : 0) ?? [], result => Assert.Equal((null, Steps[step].Phase), (result.Reply, result.Phase)));
                Kept(step, sent, 550);
            });
        }
    }

    [Theory]
    [InlineData(0, 5, "no greeting within 5 minutes")]
    [InlineData(1, 5, "no reply to EHLO within 5 minutes")]
    [InlineData(2, 5, "no reply to MAIL within 5 minutes")]
    [InlineData(3, 5, "no reply to RCPT within 5 minutes")]
    [InlineData(5, 2, "no reply to DATA within 2 minutes")]
    [InlineData(6, 10, "no reply to the end of data within 10 minutes")]
    public void A_silent_peer_is_given_up_after_the_time_limit_of_the_phase(int step, int minutes, string text) =>
        Break(step, "-- silence", (fault, _) =>
        {
            Assert.Equal(text, fault.Text);
            Assert.Equal(step == 6, fault.InDoubt);
        }, TimeSpan.FromMinutes(minutes));

    [Theory]
    [MemberData(nameof(EachStep))]
    public void Nonsense_ends_the_session_and_is_nobodys_reply(int step)
    {
        foreach (var nonsense in new[]
        {
            "S: hello", "S: 199 early", "S: 600 late", "S: 25", "S: 250x", "S: 250-a\nS: 251 b", "S:", "S: +OK",
            "S: " + new string('x', 5000), string.Concat(Enumerable.Repeat("S: 250-more\n", 129)),
        })
        {
            Break(step, nonsense + "\n-- silence", (fault, sent) =>
            {
                Assert.Null(fault.Reply);
                Assert.StartsWith("the peer", fault.Text, StringComparison.Ordinal);
                Assert.All(sent?.Recipients ?? [], result => Assert.Null(result.Reply));
            });
        }
    }

    [Theory]
    [InlineData(2, "354 go")]
    [InlineData(3, "354 go")]
    [InlineData(5, "250 Ok")]
    [InlineData(6, "354 go")]
    public void A_reply_that_cannot_stand_where_it_does_is_nonsense(int step, string reply) => Break(step, $"S: {reply}\n-- silence", (fault, sent) =>
    {
        Assert.Equal(Steps[step].Phase, fault.Phase);
        Assert.Equal(step == 6, fault.InDoubt);
        Assert.All(sent!.Recipients, result => Assert.Null(result.Reply));
    });

    [Theory]
    [InlineData("S: 554 5.7.1 go away\nC: QUIT\nS: 221 bye", SessionPhase.Greeting, 554)]
    [InlineData("S: 450 later\nC: QUIT\nS: 221 bye", SessionPhase.Greeting, 450)]
    [InlineData("S: 220 mx\nC: EHLO client.test\nS: 451 later\nC: QUIT\nS: 221 bye", SessionPhase.Hello, 451)]
    [InlineData("S: 220 mx\nC: EHLO client.test\nS: 500 what\nC: HELO client.test\nS: 550 no\nC: QUIT\nS: 221 bye", SessionPhase.Hello, 550)]
    public void A_refused_greeting_or_hello_is_a_fault_with_its_reply(string script, SessionPhase phase, int code) => Play(script, async session =>
    {
        var fault = await session.OpenAsync(default);
        Assert.Equal((phase, code), (fault!.Phase, fault.Reply!.Code));
        Assert.False(session.Usable);
        await session.QuitAsync(default);
    });

    [Theory]
    [InlineData("250 2.1.5 extra\r\n")]
    [InlineData("550 5.1.1 extra\r\n")]
    public void One_reply_too_many_is_never_taken_for_another_recipients(string extra)
    {
        // MAIL is answered twice in one write: every later reply stands one place too late.
        foreach (var verdicts in new[] { "550 a\r\n250 b\r\n354 go\r\n", "550 a\r\n550 b\r\n554 none\r\n", "250 a\r\n550 b\r\n354 go\r\n" })
        {
            Play(async connection =>
            {
                await new Transcript(Greet + """
                    C: MAIL FROM:<ada@client.test> SIZE=22
                    C: RCPT TO:<a@example.test>
                    C: RCPT TO:<b@example.test>
                    C: DATA
                    """).PlayAsync(connection);
                await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes("250 ok\r\n" + extra + verdicts));
                await new Transcript("-- silence").PlayAsync(connection);
            }, async (session, _) =>
            {
                await session.OpenedAsync();
                var sent = await session.SendAsync(Envelope("a@example.test", "b@example.test"), Body, default);
                Assert.All(sent.Recipients, result => Assert.Null(result.Reply));
                Assert.False(sent.SessionUsable);
                Assert.StartsWith("the peer replied to", sent.Fault!.Text, StringComparison.Ordinal);
            });
        }
    }

    [Theory]
    [InlineData("S: 421 4.4.2 idle too long\n-- close", 421)]
    [InlineData("-- close", null)]
    [InlineData("S: 250 2.0.0 I said\n-- silence", null)]
    public void What_an_idle_session_says_is_a_fault_of_the_next_message_before_it_is_offered(string said, int? code) =>
        Play(connection => new Transcript(Greet + said).PlayAsync(connection), async (session, simulator) =>
        {
            await session.OpenedAsync();
            await Task.Delay(TimeSpan.FromMinutes(1), simulator.Time);
            var sent = await session.SendAsync(Envelope("a@example.test"), Body, default);
            Assert.Equal((SessionPhase.Mail, code), (sent.Fault!.Phase, sent.Fault.Reply?.Code));
            Assert.Equal(code, sent.Recipients[0].Reply?.Code);
            Assert.False(sent.SessionUsable);
        });

    [Fact]
    public void What_an_idle_session_offered_is_no_reason_to_refuse_once_the_peer_has_closed_it() =>
        Play(connection => new Transcript(Greet + "-- close").PlayAsync(connection), async (session, simulator) =>
        {
            await session.OpenedAsync();
            await Task.Delay(TimeSpan.FromMinutes(1), simulator.Time);
            var sent = await session.SendAsync(Envelope("a@example.test"), new byte[20_000], default);
            Assert.Equal(SessionPhase.Mail, sent.Fault!.Phase);
            Assert.False(sent.Recipients[0].Refused);
        });

    [Theory]
    [InlineData("PIPELINING", "S: 421 4.3.2 going down\n-- close", "421 4.3.2 going down", 0)]
    [InlineData("X", "S: 421 4.3.2 going down\n-- close", "421 4.3.2 going down", 0)]
    [InlineData("PIPELINING", "-- close", "connection closed", 0)]
    [InlineData("X", "-- silence", "no reply to RSET within 5 minutes", 300)]
    [InlineData("X", "S: 550 no\n-- silence", "the peer replied to RSET with \"550 no\"", 0)]
    public void What_goes_wrong_at_RSET_is_a_fault_of_the_next_message(string keyword, string said, string text, int seconds) => Play(
        connection => new Transcript(Offering(keyword) + (keyword == "X"
            ? """
              C: MAIL FROM:<ada@client.test>
              S: 250 Ok
              C: RCPT TO:<a@example.test>
              S: 450 later
              C: RSET
              """
            : """
              C: MAIL FROM:<ada@client.test>
              C: RCPT TO:<a@example.test>
              C: DATA
              S: 250 Ok
              S: 450 later
              S: 503 no
              C: RSET
              """) + "\n" + said).PlayAsync(connection), async (session, simulator) =>
        {
            await session.OpenedAsync();
            Assert.Null((await session.SendAsync(Envelope("a@example.test"), Body, default)).Fault);
            var sent = await session.SendAsync(Envelope("a@example.test"), Body, default);
            Assert.Equal((SessionPhase.Reset, text, false), (sent.Fault!.Phase, sent.Fault.Text, sent.Fault.InDoubt));
            Assert.False(sent.Recipients[0].Refused);
            Assert.Equal(seconds, simulator.Time.Elapsed.TotalSeconds);
        });

    [Fact]
    public void A_peer_that_is_silent_at_QUIT_holds_nobody_up() => Play(
        connection => new Transcript(Greet + "C: QUIT\n-- silence").PlayAsync(connection), async (session, simulator) =>
        {
            await session.OpenedAsync();
            await session.QuitAsync(default);
            Assert.Equal(5, simulator.Time.Elapsed.TotalSeconds);
        });

    [Fact]
    public void A_peer_that_takes_nothing_of_the_body_is_given_up_after_the_time_limit_of_a_piece()
    {
        var simulator = default(Simulator);
        Play(async connection =>
        {
            await GoAheadAsync(connection);
            await Task.Delay(TimeSpan.FromHours(1), simulator!.Time);
        }, async (session, running) =>
        {
            simulator = running;
            await session.OpenedAsync();
            var sent = await session.SendAsync(Envelope("a@example.test"), -1, Endless(), default);
            Assert.Equal("the peer took nothing of the body within 3 minutes", sent.Fault!.Text);
            Assert.Equal((SessionPhase.Body, false), (sent.Fault.Phase, sent.Fault.InDoubt));
            Assert.Equal(TimeSpan.FromMinutes(3), running.Time.Elapsed);
        }, buffer: 4096);
    }

    [Fact]
    public void A_refusal_in_the_middle_of_the_body_is_the_verdict_of_all() => Play(async connection =>
    {
        await GoAheadAsync(connection);
        await connection.Transport.Output.WriteAsync("552 5.3.4 Enough\r\n"u8.ToArray());
        await new Transcript("-- silence").PlayAsync(connection);
    }, async (session, _) =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test"), -1, Endless(), default);
        Assert.Equal(["body: 552 5.3.4 Enough"], sent.Told());
        Assert.True(sent.Recipients[0].Refused);
        Assert.False(sent.SessionUsable);
        Assert.False(sent.Fault!.InDoubt);
    });

    [Fact]
    public void A_body_that_cannot_be_read_passes_its_exception_and_never_a_final_dot() => Play(async connection =>
    {
        await GoAheadAsync(connection);
        var rest = new StringBuilder();
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (true)
            {
                var result = await connection.Transport.Input.ReadAsync();
                rest.Append(Encoding.ASCII.GetString(result.Buffer));
                connection.Transport.Input.AdvanceTo(result.Buffer.End);
            }
        });
        Assert.DoesNotContain("\r\n.\r\n", rest.ToString(), StringComparison.Ordinal);
    }, async (session, _) =>
    {
        await session.OpenedAsync();
        await Assert.ThrowsAsync<InvalidDataException>(() => session.SendAsync(Envelope("a@example.test"), 100, Broken(), default).AsTask());
        Assert.False(session.Usable);
    });

    [Fact]
    public void A_cancelled_session_throws_and_is_over() => Play(
        connection => new Transcript(Greet + "-- silence").PlayAsync(connection), async (session, simulator) =>
        {
            await session.OpenedAsync();
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30), simulator.Time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.SendAsync(Envelope("a@example.test"), Body, stop.Token).AsTask());
            Assert.Equal(30, simulator.Time.Elapsed.TotalSeconds);
            Assert.False(session.Usable);
        });

    private static void Kept(int step, Transmission? sent, int code)
    {
        if (step > 3)
            Assert.Equal((code, SessionPhase.Recipient), (sent!.Recipients[0].Reply!.Code, sent.Recipients[0].Phase));
    }

    // Plays the steps before one, and then what breaks it: with the client waiting for the reply of that step.
    private static void Break(int step, string said, Action<SessionFault, Transmission?> check, TimeSpan? after = null)
    {
        var script = new StringBuilder();
        foreach (var before in Steps[..step])
            script.Append(before.Said).Append('\n');
        foreach (var line in Steps[step].Said.Split('\n').Where(line => line[0] == 'C'))
            script.Append(line).Append('\n');
        script.Append(said);
        foreach (var piece in new[] { 0, 1 })
        {
            Play(connection => new Transcript(script.ToString()).PlayAsync(connection), async (session, simulator) =>
            {
                var fault = await session.OpenAsync(default);
                Transmission? sent = null;
                if (step > 1)
                {
                    Assert.Null(fault);
                    sent = await session.SendAsync(Envelope("a@example.test", "b@example.test"), Body, default);
                    fault = sent.Fault;
                    Assert.False(sent.SessionUsable);
                }
                Assert.Equal(Steps[step].Phase, fault!.Phase);
                Assert.False(session.Usable);
                check(fault, sent);
                if (after is { } limit)
                    Assert.Equal(limit, simulator.Time.Elapsed);
            }, piece);
        }
    }

    private static Task GoAheadAsync(IConnection connection) => new Transcript(Greet.Replace("SIZE 10000", "X", StringComparison.Ordinal) + """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 354 Go ahead
        """).PlayAsync(connection);

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Endless()
    {
        var line = Encoding.ASCII.GetBytes(new string('x', 998) + "\r\n");
        while (true)
        {
            await Task.Yield();
            yield return line;
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Broken()
    {
        yield return "line\r\n"u8.ToArray();
        await Task.Yield();
        throw new InvalidDataException();
    }
}
