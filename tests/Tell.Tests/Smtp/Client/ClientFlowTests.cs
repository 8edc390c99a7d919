using System.Text;
using Tell.Smtp.Client;
using Tell.Smtp.Network;
using static Tell.Tests.Smtp.Client.ClientStory;

namespace Tell.Tests.Smtp.Client;

public sealed class ClientFlowTests
{
    [Fact]
    public void A_message_is_two_writes_the_commands_and_the_body() => Play(async connection =>
    {
        await new Transcript(Greet).PlayAsync(connection);
        Assert.Equal("MAIL FROM:<ada@client.test> SIZE=22\r\nRCPT TO:<a@example.test>\r\nDATA\r\n", await ReadAsync(connection));
        await connection.Transport.Output.WriteAsync("250 Ok\r\n250 Ok\r\n354 go\r\n"u8.ToArray());
        Assert.Equal("Subject: hi\r\n\r\nhello\r\n.\r\n", await ReadAsync(connection));
        await connection.Transport.Output.WriteAsync("250 Ok\r\n"u8.ToArray());
    }, async (session, _) =>
    {
        await session.OpenedAsync();
        Assert.True((await session.SendAsync(Envelope("a@example.test"), Body, default)).Recipients[0].Delivered);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_thousand_recipients_reach_a_peer_that_reads_slowly_and_talks_much(int seed) => Play(
        connection => SlowServerAsync(connection), async (session, _) =>
        {
            await session.OpenedAsync();
            var envelope = Envelope([.. Enumerable.Range(0, 1000).Select(number => $"r{number}@example.test")]);
            var sent = await session.SendAsync(envelope, Body, default);
            Assert.Null(sent.Fault);
            Assert.Equal($"RCPT: 550 5.1.1 no r0@example.test {new string('x', 200)}", sent.Told()[0]);
            Assert.Equal("end of data: 250 Ok", sent.Told()[1]);
            Assert.Equal(666, sent.Recipients.Count(result => result.Delivered));
            Assert.All(sent.Recipients, result => Assert.True(result.Delivered || result.Reply!.ToString().Contains(result.Recipient.Address.ToString(), StringComparison.Ordinal)));
        }, piece: 50, seed, buffer: 512);

    [Fact]
    public void A_large_body_streams_through_a_small_window()
    {
        long received = 0;
        Play(async connection =>
        {
            await new Transcript(Greet.Replace("SIZE 10000", "X", StringComparison.Ordinal) + """
                C: MAIL FROM:<ada@client.test>
                C: RCPT TO:<a@example.test>
                C: DATA
                S: 250 2.1.0 Ok
                S: 250 2.1.5 Ok
                S: 354 Go ahead
                """).PlayAsync(connection);
            var tail = "";
            while (!tail.EndsWith("\r\n.\r\n", StringComparison.Ordinal))
            {
                var result = await connection.Transport.Input.ReadAsync();
                received += result.Buffer.Length;
                tail = Encoding.ASCII.GetString(result.Buffer.Slice(Math.Max(0, result.Buffer.Length - 5)));
                connection.Transport.Input.AdvanceTo(result.Buffer.End);
            }
            await connection.Transport.Output.WriteAsync("250 Ok\r\n"u8.ToArray());
        }, async (session, _) =>
        {
            await session.OpenedAsync();
            var body = new byte[4_000_000];
            for (var i = 0; i < body.Length; i += 100)
                Encoding.ASCII.GetBytes("." + new string('x', 97) + "\r\n").CopyTo(body.AsSpan(i));
            Assert.True((await session.SendAsync(Envelope("a@example.test"), body, default)).Recipients[0].Delivered);
        }, buffer: 8192);
        Assert.Equal(4_000_000 + 40_000 + 3, received);
    }

    // Reads at most one command at a time, and only when its reply has been taken.
    private static async Task SlowServerAsync(IConnection connection)
    {
        await new Transcript(Greet).PlayAsync(connection);
        var unread = "";
        var inBody = false;
        var recipients = 0;
        while (true)
        {
            var end = unread.IndexOf("\r\n", StringComparison.Ordinal);
            if (end < 0)
            {
                var more = await ReadAsync(connection, 40);
                if (more.Length == 0)
                    return;
                unread += more;
                continue;
            }
            var line = unread[..end];
            unread = unread[(end + 2)..];
            if (inBody && line != ".")
                continue;
            var reply = line.Split(':')[0] switch
            {
                "RCPT TO" when recipients++ % 3 == 0 => $"550 5.1.1 no {line[9..^1]} {new string('x', 200)}\r\n",
                "DATA" => "354 go\r\n",
                _ => "250 Ok\r\n",
            };
            inBody = line == "DATA";
            await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(reply));
        }
    }

    private static async Task<string> ReadAsync(IConnection connection, int most = int.MaxValue)
    {
        var result = await connection.Transport.Input.ReadAsync();
        var taken = result.Buffer.Slice(0, Math.Min(most, result.Buffer.Length));
        var text = Encoding.ASCII.GetString(taken);
        connection.Transport.Input.AdvanceTo(taken.End);
        return text;
    }
}
