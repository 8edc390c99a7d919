using System.Globalization;
using System.Text;
using Tell.Smtp.Client;
using Tell.Smtp.Network;
using Tell.Tests.Simulation;
using static Tell.Tests.Smtp.Client.ClientStory;

namespace Tell.Tests.Smtp.Client;

/// <summary>What goes wrong around BDAT.</summary>
public sealed class ClientChunkFaultTests
{
    private const string Commands = """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>

        """;

    private const string LastChunk = """
        C: BDAT 22 LAST
        C: Subject: hi
        C:
        C: hello

        """;

    private static readonly string Greeting = Offering("PIPELINING", "CHUNKING");
    private static readonly string First = Greeting + Commands + "S: 250 Ok\nS: 250 Ok\n" + LastChunk + "S: 250 Ok\n";
    private static readonly string Second = First + Commands + LastChunk;

    [Theory]
    [InlineData("-- close")]
    [InlineData("-- reset")]
    [InlineData("S: 250 Ok\n-- close")]
    [InlineData("S: 250 Ok\nS: 250 Ok\n-- close")]
    [InlineData("S: 250 Ok\nS: 250 Ok\nS: 250-half\n-- reset")]
    [InlineData("S: hello\n-- silence")]
    [InlineData("S: 250 Ok\nS: 250 Ok\nS: 354 go\n-- silence")]
    [InlineData("S: 250 Ok\nS: 250 Ok\n-- silence")]
    public void What_was_sent_in_one_group_is_in_doubt_whichever_reply_is_lost(string said) => Play(Second + said, async session =>
    {
        await session.OpenedAsync();
        Assert.True((await session.SendAsync(Envelope("a@example.test"), Body, default)).Recipients[0].Delivered);
        var sent = await session.SendAsync(Envelope("a@example.test"), Body, default);
        Assert.True(sent.Fault!.InDoubt);
        Assert.Null(sent.Recipients[0].Reply);
        Assert.False(sent.SessionUsable);
    });

    [Theory]
    [InlineData("S: 250 Ok\nS: 550 5.1.1 no\n-- close", "RCPT: 550 5.1.1 no")]
    [InlineData("S: 550 5.7.1 no\nS: 503 x\n-- close", "MAIL: 550 5.7.1 no")]
    [InlineData("S: 421 4.3.2 going down\n-- close", "MAIL: 421 4.3.2 going down")]
    [InlineData("S: 250 Ok\nS: 421 4.3.2 going down\n-- close", "RCPT: 421 4.3.2 going down")]
    [InlineData("S: 250 Ok\nS: 250 Ok\nS: 421 4.3.2 going down\n-- close", "end of data: 421 4.3.2 going down")]
    public void What_the_peer_has_refused_is_not_in_doubt(string said, string told) => Play(Second + said, async session =>
    {
        await session.OpenedAsync();
        await session.SendAsync(Envelope("a@example.test"), Body, default);
        var sent = await session.SendAsync(Envelope("a@example.test"), Body, default);
        Assert.Equal([told], sent.Told());
        Assert.False(sent.Fault!.InDoubt);
        Assert.False(sent.SessionUsable);
    });

    [Theory]
    [InlineData("S: 250 Ok\nS: 550 5.1.1 no\nS: 250 2.0.0 taken\n-- silence")]
    [InlineData("S: 550 5.7.1 no\nS: 503 no\nS: 250 2.0.0 taken\n-- silence")]
    [InlineData("S: 250 Ok\nS: 550 5.1.1 no\nS: 354 go\n-- silence")]
    public void A_peer_that_takes_a_message_for_nobody_is_not_believed(string said) => Play(Second + said, async session =>
    {
        await session.OpenedAsync();
        await session.SendAsync(Envelope("a@example.test"), Body, default);
        var sent = await session.SendAsync(Envelope("a@example.test"), Body, default);
        Assert.Null(sent.Recipients[0].Reply);
        Assert.Equal(SessionPhase.Chunk, sent.Fault!.Phase);
        Assert.False(sent.SessionUsable);
    });

    [Fact]
    public void A_reply_too_many_in_the_first_message_is_found_out_before_the_body_goes() => Play(Greeting + Commands + "S: 250 Ok\nS: 250 extra\nS: 250 Ok\n-- silence", async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test"), 22, LateAsync(), default);
        Assert.Null(sent.Recipients[0].Reply);
        Assert.Equal("the peer replied to nothing: \"250 Ok\"", sent.Fault!.Text);
        Assert.False(sent.Fault.InDoubt);

        // The replies have come when the body is asked for.
        static async IAsyncEnumerable<ReadOnlyMemory<byte>> LateAsync()
        {
            for (var turn = 0; turn < 20; turn++)
                await Task.Yield();
            yield return Body;
        }
    });

    [Fact]
    public void A_peer_that_stops_reading_in_the_middle_of_a_chunk_is_given_up()
    {
        var simulator = default(Simulator);
        Play(async connection =>
        {
            await new Transcript(Greeting + Commands + "S: 250 Ok\nS: 250 Ok\nC: BDAT 65536").PlayAsync(connection);
            await Task.Delay(TimeSpan.FromHours(1), simulator!.Time);
        }, async (session, running) =>
        {
            simulator = running;
            await session.OpenedAsync();
            var sent = await session.SendAsync(Envelope("a@example.test"), new byte[1_000_000], default);
            Assert.Equal(("the peer took nothing of the body within 3 minutes", false), (sent.Fault!.Text, sent.Fault.InDoubt));
            Assert.Equal(TimeSpan.FromMinutes(3), running.Time.Elapsed);
        }, buffer: 4096);
    }

    [Fact]
    public void A_peer_that_does_not_answer_the_last_chunk_is_given_up_and_in_doubt() => Play(async connection =>
    {
        await new Transcript(Greeting + Commands + "S: 250 Ok\nS: 250 Ok").PlayAsync(connection);
        await TakeAsync(connection, (_, _) => "");
    }, async (session, simulator) =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test"), Body, default);
        Assert.Equal(("no reply to the end of data within 10 minutes", true), (sent.Fault!.Text, sent.Fault.InDoubt));
        Assert.Equal(TimeSpan.FromMinutes(10), simulator.Time.Elapsed);
    });

    [Fact]
    public void A_peer_that_answers_no_chunk_is_given_up_too() => Play(async connection =>
    {
        await new Transcript(Greeting + Commands + "S: 250 Ok\nS: 250 Ok").PlayAsync(connection);
        await TakeAsync(connection, (_, _) => "");
    }, async (session, simulator) =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test"), new byte[4_000_000], default);
        Assert.Equal(("no reply to BDAT within 3 minutes", false), (sent.Fault!.Text, sent.Fault.InDoubt));
        Assert.Equal(TimeSpan.FromMinutes(3), simulator.Time.Elapsed);
    });

    [Theory]
    [InlineData("452 4.3.1 disk full\r\n")]
    [InlineData("552 5.3.4 too much\r\n")]
    public void A_refusal_in_the_middle_ends_the_sending_and_leaves_the_session(string refusal)
    {
        var taken = 0;
        Play(async connection =>
        {
            await new Transcript(Greeting + Commands + "S: 250 Ok\nS: 250 Ok").PlayAsync(connection);
            await TakeAsync(connection, (number, _) => (taken = number) < 3 ? "250 Ok\r\n" : number == 3 ? refusal : "503 5.5.1 no\r\n");
        }, async (session, _) =>
        {
            await session.OpenedAsync();
            var sent = await session.SendAsync(Envelope("a@example.test"), -1, Endless(), default);
            Assert.Equal([$"BDAT: {refusal.TrimEnd()}"], sent.Told());
            Assert.Null(sent.Fault);
            Assert.True(sent.SessionUsable);
        }, buffer: 8192);
        Assert.InRange(taken, 3, 3 + BodyByChunks.MostUnanswered);
    }

    [Fact]
    public void A_refusal_and_a_close_in_the_middle_is_the_verdict_of_the_message() => Play(async connection =>
    {
        await new Transcript(Greeting + Commands + "S: 250 Ok\nS: 250 Ok\nC: BDAT 65536").PlayAsync(connection);
        await connection.Transport.Output.WriteAsync("552 5.3.4 Enough\r\n"u8.ToArray());
    }, async (session, _) =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test"), -1, Endless(), default);
        Assert.Equal(["BDAT: 552 5.3.4 Enough"], sent.Told());
        Assert.False(sent.SessionUsable);
        Assert.False(sent.Fault!.InDoubt);
    }, buffer: 4096);

    [Theory]
    [InlineData("421 4.3.2 going down\r\n", "BDAT: 421 4.3.2 going down")]
    [InlineData("354 go\r\n", "BDAT: -")]
    [InlineData("hello\r\n", "BDAT: -")]
    [InlineData("250 Ok\r\n250 Ok\r\n250 Ok\r\n250 Ok\r\n", "BDAT: -")]
    public void A_wrong_word_in_the_middle_ends_the_session(string said, string told) => Play(async connection =>
    {
        await new Transcript(Greeting + Commands + "S: 250 Ok\nS: 250 Ok").PlayAsync(connection);
        await TakeAsync(connection, (number, _) => number == 2 ? said : "250 Ok\r\n");
    }, async (session, _) =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test"), -1, Endless(), default);
        Assert.Equal([told], sent.Told());
        Assert.False(sent.SessionUsable);
        Assert.False(sent.Fault!.InDoubt);
    }, buffer: 4096);

    [Fact]
    public void A_body_that_cannot_be_read_leaves_no_last_chunk_behind()
    {
        var heard = new List<string>();
        Play(async connection =>
        {
            await new Transcript(Greeting + Commands + "S: 250 Ok\nS: 250 Ok").PlayAsync(connection);
            await TakeAsync(connection, (_, command) =>
            {
                heard.Add(command);
                return "250 Ok\r\n";
            });
        }, async (session, _) =>
        {
            await session.OpenedAsync();
            await Assert.ThrowsAsync<InvalidDataException>(() => session.SendAsync(Envelope("a@example.test"), 200_000, Broken(), default).AsTask());
            Assert.False(session.Usable);
        });
        Assert.DoesNotContain(heard, command => command.Contains("LAST", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public void A_large_body_comes_whole_through_a_small_window(int piece)
    {
        long received = 0;
        Play(async connection =>
        {
            await new Transcript(Greeting + Commands + "S: 250 Ok\nS: 250 Ok").PlayAsync(connection);
            received = await TakeAsync(connection, (_, _) => "250 2.0.0 " + new string('x', 200) + "\r\n");
        }, async (session, _) =>
        {
            await session.OpenedAsync();
            Assert.True((await session.SendAsync(Envelope("a@example.test"), 1_000_003, Lines(), default)).Recipients[0].Delivered);
        }, piece, buffer: 2048);
        Assert.Equal(1_000_003 + 2, received);

        static async IAsyncEnumerable<ReadOnlyMemory<byte>> Lines()
        {
            var line = Encoding.ASCII.GetBytes("." + new string('x', 997) + "\r\n");
            for (var i = 0; i < 1000; i++)
            {
                await Task.Yield();
                yield return line;
            }
            yield return "end"u8.ToArray();
        }
    }

    // Takes chunks and answers each, until the client is gone or the last has come; tells how many octets came.
    private static async Task<long> TakeAsync(IConnection connection, Func<int, string, string> answer)
    {
        var (number, received, command) = (0, 0L, "");
        try
        {
            while (true)
            {
                var result = await connection.Transport.Input.ReadAsync();
                var end = System.Buffers.BuffersExtensions.PositionOf(result.Buffer, (byte)'\n');
                if (end is null)
                {
                    connection.Transport.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                    if (result.IsCompleted)
                        return received;
                    continue;
                }
                command = Encoding.ASCII.GetString(result.Buffer.Slice(0, end.Value)).TrimEnd();
                connection.Transport.Input.AdvanceTo(result.Buffer.GetPosition(1, end.Value));
                var words = command.Split(' ');
                Assert.Equal("BDAT", words[0]);
                for (var left = long.Parse(words[1], CultureInfo.InvariantCulture); left > 0;)
                {
                    result = await connection.Transport.Input.ReadAsync();
                    var part = result.Buffer.Slice(0, Math.Min(left, result.Buffer.Length));
                    if (part.IsEmpty && result.IsCompleted)
                        return received;
                    (left, received) = (left - part.Length, received + part.Length);
                    connection.Transport.Input.AdvanceTo(part.End);
                }
                await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(answer(++number, command)));
            }
        }
        catch (IOException)
        {
            return received;
        }
    }

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
        yield return new byte[100_000];
        await Task.Yield();
        throw new InvalidDataException();
    }
}
