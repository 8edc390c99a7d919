using System.Text;
using Tell.Mail;
using Tell.Smtp.Client;
using static Tell.Tests.Smtp.Client.ClientStory;

namespace Tell.Tests.Smtp.Client;

/// <summary>RFC 2033, as the one who sends.</summary>
public sealed class ClientLmtpTests
{
    private static readonly ClientOptions Lmtp = Options with { Lmtp = true };

    private const string Three = """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: RCPT TO:<b@example.test>
        C: RCPT TO:<c@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 250 2.1.5 Ok
        S: 250 2.1.5 Ok
        S: 354 go

        """;

    private const string Data = """
        C: Subject: hi
        C:
        C: hello
        C: .

        """;

    private const string Chunk = """
        C: BDAT 22 LAST
        C: Subject: hi
        C:
        C: hello

        """;

    [Fact]
    public void Each_recipient_that_was_taken_has_a_reply_of_its_own_in_the_order_of_RCPT() => Play(Greeting("PIPELINING") + """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: RCPT TO:<b@example.test>
        C: RCPT TO:<c@example.test>
        C: RCPT TO:<d@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 550 5.1.1 Nobody
        S: 250-2.1.5 Ok
        S: 250 2.1.5 indeed
        S: 250 2.1.5 Ok
        S: 354 go
        """ + "\n" + Data + """
        S: 250-2.0.0 a
        S: 250 2.0.0 has it
        S: 452 4.2.2 c is full
        S: 552 5.2.2 d is full for good
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 354 go
        """ + "\n" + Data + """
        S: 250 2.0.0 again
        C: QUIT
        S: 221 bye
        """, async session =>
    {
        await session.OpenedAsync();
        Assert.Equal(("store.test", true), (session.PeerName, session.Extended));
        var sent = await session.SendAsync(Envelope("a@example.test", "b@example.test", "c@example.test", "d@example.test"), Body, default);
        Assert.Equal(["end of data: 250 2.0.0 a has it", "RCPT: 550 5.1.1 Nobody", "end of data: 452 4.2.2 c is full", "end of data: 552 5.2.2 d is full for good"], sent.Told());
        Assert.Equal([true, false, false, false], sent.Recipients.Select(result => result.Delivered));
        Assert.Equal([false, true, false, true], sent.Recipients.Select(result => result.Refused));
        Assert.Null(sent.Fault);
        Assert.Equal(["end of data: 250 2.0.0 again"], (await session.SendAsync(Envelope("a@example.test"), Body, default)).Told());
        Assert.Equal(2, session.MessagesSent);
        await session.QuitAsync(default);
    }, Lmtp);

    [Fact]
    public void By_BDAT_the_last_chunk_has_a_reply_for_each_and_no_chunk_goes_before_the_recipients_are_known() => Play(Greeting("PIPELINING", "CHUNKING") + """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: RCPT TO:<b@example.test>
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 250 2.1.5 Ok
        """ + "\n" + Chunk + """
        S: 250 2.0.0 a
        S: 451 4.3.0 b later
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: RCPT TO:<b@example.test>
        S: 250 2.1.0 Ok
        S: 550 5.1.1 no a
        S: 550 5.1.1 no b
        C: RSET
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<b@example.test>
        S: 250 reset
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        """ + "\n" + Chunk + "S: 250 2.0.0 b\n", async session =>
    {
        await session.OpenedAsync();
        Assert.Equal(["end of data: 250 2.0.0 a", "end of data: 451 4.3.0 b later"], (await session.SendAsync(Envelope("a@example.test", "b@example.test"), Body, default)).Told());
        Assert.Equal(["RCPT: 550 5.1.1 no a", "RCPT: 550 5.1.1 no b"], (await session.SendAsync(Envelope("a@example.test", "b@example.test"), Body, default)).Told());
        Assert.Equal(["end of data: 250 2.0.0 b"], (await session.SendAsync(Envelope("b@example.test"), Body, default)).Told());
    }, Lmtp);

    [Fact]
    public void Chunks_before_the_last_have_one_reply_and_wait_for_it()
    {
        var body = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 98) + "\r\n", 1000)));
        // A chunk ends where it ends: 36 octets of its last line, and what the client says next stands right behind them.
        var chunk = string.Concat(Enumerable.Repeat($"C: {new string('x', 98)}\n", 655));
        Play(connection => new Transcript(Greeting("PIPELINING", "CHUNKING") + """
            C: MAIL FROM:<ada@client.test>
            C: RCPT TO:<a@example.test>
            C: RCPT TO:<b@example.test>
            S: 250 2.1.0 Ok
            S: 250 2.1.5 Ok
            S: 250 2.1.5 Ok
            C: BDAT 65536
            """ + "\n" + chunk + "S: 452 4.3.1 disk full\nC: " + new string('x', 36) + """
            RSET
            C: MAIL FROM:<ada@client.test>
            C: RCPT TO:<a@example.test>
            S: 250 reset
            S: 250 2.1.0 Ok
            S: 250 2.1.5 Ok

            """ + Chunk + "S: 250 2.0.0 a").PlayAsync(connection), async (session, _) =>
        {
            await session.OpenedAsync();
            Assert.Equal(["BDAT: 452 4.3.1 disk full", "BDAT: 452 4.3.1 disk full"], (await session.SendAsync(Envelope("a@example.test", "b@example.test"), body, default)).Told());
            Assert.True((await session.SendAsync(Envelope("a@example.test"), Body, default)).Recipients[0].Delivered);
        }, options: Lmtp);
    }

    [Fact]
    public void Where_nobody_is_taken_503_to_DATA_is_no_fault() => Play(Greeting("PIPELINING") + """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: RCPT TO:<b@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 550 5.1.1 no a
        S: 452 4.2.2 b full
        S: 503 5.5.1 no valid recipients
        C: RSET
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: DATA
        S: 250 reset
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 354 go
        """ + "\n" + Data + "S: 250 2.0.0 a\n", async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test", "b@example.test"), Body, default);
        Assert.Equal(["RCPT: 550 5.1.1 no a", "RCPT: 452 4.2.2 b full"], sent.Told());
        Assert.True(sent.SessionUsable);
        Assert.True((await session.SendAsync(Envelope("a@example.test"), Body, default)).Recipients[0].Delivered);
    }, Lmtp);

    [Fact]
    public void A_server_that_wants_a_message_for_nobody_gets_none_and_its_refusals_stand() => Play(Greeting("PIPELINING") + """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 550 5.1.1 no a
        S: 354 go
        """ + "\n-- silence", async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test"), Body, default);
        Assert.Equal(["RCPT: 550 5.1.1 no a"], sent.Told());
        Assert.Equal((SessionPhase.Data, false), (sent.Fault!.Phase, sent.Fault.InDoubt));
        Assert.False(sent.SessionUsable);
    }, Lmtp);

    [Fact]
    public void Without_pipelining_the_replies_are_the_same() => Play(Greeting() + """
        C: MAIL FROM:<ada@client.test>
        S: 250 2.1.0 Ok
        C: RCPT TO:<a@example.test>
        S: 250 2.1.5 Ok
        C: RCPT TO:<b@example.test>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 go
        """ + "\n" + Data + "S: 550 5.7.1 not a\nS: 250 2.0.0 b\n", async session =>
    {
        await session.OpenedAsync();
        Assert.Equal(["end of data: 550 5.7.1 not a", "end of data: 250 2.0.0 b"], (await session.SendAsync(Envelope("a@example.test", "b@example.test"), Body, default)).Told());
        Assert.Equal(1, session.MessagesSent);
    }, Lmtp);

    [Theory]
    [InlineData("500 5.5.1 what is LHLO?")]
    [InlineData("550 5.7.1 not you")]
    [InlineData("451 4.3.0 later")]
    public void There_is_no_HELO_where_LHLO_is_refused(string reply) => Play($"S: 220 store.test\nC: LHLO client.test\nS: {reply}\nC: QUIT\nS: 221 bye", async session =>
    {
        var fault = await session.OpenAsync(default);
        Assert.Equal((SessionPhase.Hello, $"LHLO was refused"), (fault!.Phase, fault.Text));
        await session.QuitAsync(default);
    }, Lmtp);

    [Fact]
    public void A_silent_server_is_given_up_for_LHLO_and_not_for_EHLO() => Play("S: 220 store.test\nC: LHLO client.test\n-- silence", async session =>
        Assert.Equal("no reply to LHLO within 5 minutes", (await session.OpenAsync(default))!.Text), Lmtp);

    [Theory]
    [InlineData("S: 250 2.0.0 a\nS: 250 2.0.0 b\nS: 421 4.3.2 going down\n-- close", "a", true)]
    [InlineData("S: 250 2.0.0 a\nS: 421 4.3.2 going down\n-- close", "b", true)]
    public void At_421_those_who_had_their_reply_keep_it_and_the_others_wait(string replies, string next, bool usable) => Play(Greeting("PIPELINING") + Three + Data + replies, async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test", "b@example.test", "c@example.test"), Body, default);
        Assert.True(sent.Recipients[0].Delivered);
        Assert.Equal(next == "a", sent.Recipients[1].Delivered);
        Assert.Equal("end of data: 421 4.3.2 going down", sent.Told()[2]);
        Assert.All(sent.Recipients, result => Assert.False(result.Refused));
        // The one it was said to was not taken; of the one behind nobody knows.
        Assert.Equal(next == "b", sent.Fault!.InDoubt);
        Assert.Equal(usable, !session.Usable);
    }, Lmtp);

    [Fact]
    public void A_server_that_ends_after_its_last_reply_has_said_all()
    {
        foreach (var end in new[] { "-- close", "-- reset", "S: 421 4.3.2 bye\n-- close" })
        {
            Play(Greeting("PIPELINING") + Three + Data + "S: 250 2.0.0 a\nS: 550 5.0.0 b\nS: 250 2.0.0 c\n" + end, async session =>
            {
                await session.OpenedAsync();
                var sent = await session.SendAsync(Envelope("a@example.test", "b@example.test", "c@example.test"), Body, default);
                // A reset may overtake what was said before it, as on a real network.
                if (end == "-- reset" && sent.Fault is not null)
                    return;
                Assert.Equal(["end of data: 250 2.0.0 a", "end of data: 550 5.0.0 b", "end of data: 250 2.0.0 c"], sent.Told());
                Assert.NotEqual(true, sent.Fault?.InDoubt);
            }, Lmtp);
        }
    }

    [Fact]
    public void Too_few_replies_leave_the_rest_in_doubt_after_the_time_limit() => Play(connection => new Transcript(Greeting("PIPELINING") + Three + Data + """
        S: 250 2.0.0 a
        S: 552 5.2.2 b full
        -- silence
        """).PlayAsync(connection), async (session, simulator) =>
    {
        await session.OpenedAsync();
        var began = simulator.Time.Elapsed;
        var sent = await session.SendAsync(Envelope("a@example.test", "b@example.test", "c@example.test"), Body, default);
        Assert.Equal(["end of data: 250 2.0.0 a", "end of data: 552 5.2.2 b full", "end of data: -"], sent.Told());
        Assert.Equal(("no reply to the end of data within 10 minutes", true), (sent.Fault!.Text, sent.Fault.InDoubt));
        Assert.Equal(TimeSpan.FromMinutes(10), simulator.Time.Elapsed - began);
        Assert.Equal(1, session.MessagesSent);
    }, options: Lmtp);

    [Theory]
    [InlineData("250 2.0.0 a\r\n550 5.1.1 b\r\n250 2.0.0 c\r\n250 2.0.0 d\r\n")]
    [InlineData("250 2.0.0 a\r\n550 5.1.1 b\r\n250 2.0.0 c\r\n550 5.0.0 d\r\n")]
    [InlineData("250 2.0.0 a\r\n550 5.1.1 b\r\n250 2.0.0 c\r\nwhat\r\n")]
    public void One_reply_too_many_is_believed_of_nobody(string replies) => Play(async connection =>
    {
        // A server that has a word for a refused recipient as well: the second of these is about b, whom RCPT has refused.
        await new Transcript(Greeting("PIPELINING") + Three + Data).PlayAsync(connection);
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(replies));
        await new Transcript("-- silence").PlayAsync(connection);
    }, async (session, _) =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test", "b@example.test", "c@example.test"), Body, default);
        Assert.All(sent.Recipients, result => Assert.Null(result.Reply));
        Assert.Equal(("the peer has more replies than it took recipients", true), (sent.Fault!.Text, sent.Fault.InDoubt));
        Assert.False(session.Usable);
    }, options: Lmtp);

    [Fact]
    public void Too_many_replies_are_believed_where_all_of_them_are_of_success() => Play(async connection =>
    {
        await new Transcript(Greeting("PIPELINING") + Three + Data).PlayAsync(connection);
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes("250 2.0.0 a\r\n250 2.0.0 c\r\n250 2.0.0 d\r\n250 2.0.0 e\r\n"));
        await new Transcript("-- silence").PlayAsync(connection);
    }, async (session, _) =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test", "b@example.test", "c@example.test"), Body, default);
        Assert.All(sent.Recipients, result => Assert.True(result.Delivered));
        Assert.Equal(("the peer has more replies than it took recipients", false), (sent.Fault!.Text, sent.Fault.InDoubt));
        Assert.False(session.Usable);
    }, options: Lmtp);

    [Theory]
    [InlineData("354 go")]
    [InlineData("what")]
    [InlineData("199 early")]
    [InlineData("250-a\nS: 251 b")]
    public void Nonsense_among_the_replies_is_believed_of_nobody(string nonsense) => Play(Greeting("PIPELINING") + Three + Data + $"S: 250 2.0.0 a\nS: {nonsense}\n-- silence", async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test", "b@example.test", "c@example.test"), Body, default);
        Assert.All(sent.Recipients, result => Assert.Equal((null, SessionPhase.EndOfData), (result.Reply, result.Phase)));
        Assert.True(sent.Fault!.InDoubt);
    }, Lmtp);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_connection_cut_at_any_octet_of_the_replies_leaves_what_was_said_whole(bool chunked)
    {
        const string A = "250-2.0.0 a\r\n250 2.0.0 has it\r\n", B = "552 5.2.2 b is full\r\n", C = "250 2.0.0 c\r\n";
        var replies = A + B + C;
        for (var cut = 0; cut <= replies.Length; cut++)
        {
            foreach (var reset in new[] { false, true })
            {
                Play(async connection =>
                {
                    await new Transcript(Greeting(chunked ? ["PIPELINING", "CHUNKING"] : ["PIPELINING"]) + (chunked ? Three.Replace("C: DATA\n", "", StringComparison.Ordinal).Replace("S: 354 go\n", "", StringComparison.Ordinal) + Chunk : Three + Data)).PlayAsync(connection);
                    await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(replies[..cut]));
                    if (reset)
                        await connection.Transport.Output.CompleteAsync(new IOException("reset"));
                }, async (session, _) =>
                {
                    await session.OpenedAsync();
                    var sent = await session.SendAsync(Envelope("a@example.test", "b@example.test", "c@example.test"), Body, default);
                    bool[] whole = [cut >= A.Length, cut >= (A + B).Length, cut >= replies.Length];
                    if (!reset)
                        Assert.Equal(whole, sent.Recipients.Select(result => result.Reply is not null));
                    // A reset may take with it what had come; never is anything made up.
                    Assert.All(sent.Recipients.Zip(whole), pair => Assert.True(pair.Second || pair.First.Reply is null, $"cut at {cut}"));
                    Assert.Equal(sent.Recipients[0].Reply is not null, sent.Recipients[0].Delivered);
                    Assert.Equal(sent.Recipients[1].Reply is not null, sent.Recipients[1].Refused);
                    Assert.Equal(sent.Recipients[2].Reply is not null, sent.Recipients[2].Delivered);
                    Assert.Equal(sent.Recipients.Any(result => result.Reply is null), sent.Fault is { InDoubt: true });
                }, options: Lmtp);
            }
        }
    }

    [Fact]
    public void Many_recipients_are_each_told_apart_over_a_narrow_and_torn_path()
    {
        const int Count = 250;
        for (var seed = 1; seed <= 5; seed++)
        {
            var fates = new Random(seed);
            var (taken, verdicts) = (new List<int>(), new List<string>());
            var expected = new string[Count];
            for (var i = 0; i < Count; i++)
            {
                if (fates.Next(4) == 0)
                {
                    expected[i] = $"RCPT: 550 5.1.1 no r{i}";
                    continue;
                }
                taken.Add(i);
                verdicts.Add(fates.Next(3) switch { 0 => $"250 2.0.0 r{i}", 1 => $"452 4.2.2 r{i}", _ => $"552 5.2.2 r{i}" });
                expected[i] = $"end of data: {verdicts[^1]}";
            }
            Play(async connection =>
            {
                var script = new StringBuilder(Greeting("PIPELINING") + "C: MAIL FROM:<ada@client.test>\nS: 250 Ok\n");
                for (var i = 0; i < Count; i++)
                    script.Append($"C: RCPT TO:<r{i}@example.test>\nS: {(taken.Contains(i) ? "250 Ok" : $"550 5.1.1 no r{i}")}\n");
                script.Append("C: DATA\nS: 354 go\n").Append(Data).AppendJoin('\n', verdicts.Select(verdict => $"S: {verdict}"));
                await new Transcript(script.ToString()).PlayAsync(connection);
            }, async (session, _) =>
            {
                await session.OpenedAsync();
                Assert.Equal(expected, (await session.SendAsync(Envelope([.. Enumerable.Range(0, Count).Select(i => $"r{i}@example.test")]), Body, default)).Told());
            }, piece: 5, seed, buffer: 256, options: Lmtp);
        }
    }

    private static string Greeting(params string[] keywords) =>
        "S: 220 store.test LMTP\nC: LHLO client.test\nS: 250-store.test\n" + string.Concat(keywords.Select(keyword => $"S: 250-{keyword}\n")) + "S: 250 ENHANCEDSTATUSCODES\n";
}
