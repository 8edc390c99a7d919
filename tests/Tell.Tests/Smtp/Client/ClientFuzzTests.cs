using System.Globalization;
using System.Net;
using System.Text;
using Tell.Smtp.Client;
using Tell.Smtp.Network;
using Tell.Tests.Simulation;
using static Tell.Tests.Smtp.Client.ClientStory;

namespace Tell.Tests.Smtp.Client;

public sealed class ClientFuzzTests
{
    private static readonly IPEndPoint Server = IPEndPoint.Parse("198.51.100.25:25");

    [Theory]
    [InlineData(false, false, "PIPELINING")]
    [InlineData(false, true, "PIPELINING")]
    [InlineData(true, false, "PIPELINING")]
    [InlineData(true, true, "PIPELINING")]
    [InlineData(false, false, "PIPELINING,CHUNKING")]
    [InlineData(false, true, "PIPELINING,CHUNKING")]
    [InlineData(true, false, "PIPELINING,CHUNKING")]
    [InlineData(true, true, "PIPELINING,CHUNKING")]
    [InlineData(true, true, "CHUNKING")]
    public void A_connection_cut_after_any_octet_never_turns_a_message_taken_into_one_refused(bool received, bool resets, string offered)
    {
        var delivered = 0;
        var doubtful = 0;
        for (var octets = 0; octets < 450; octets++)
        {
            var (sent, fault, taken) = Run(seed: 1, way =>
            {
                way.CutResets = resets;
                way.LargestPiece = 5;
                (way.CutAfterSent, way.CutAfterReceived) = (received ? null : octets, received ? octets : null);
            }, connection => HonestAsync(connection, offered.Split(',')));
            var known = sent.Count(one => one.Recipients[0].Delivered);
            delivered += known;
            if (known == 2)
            {
                Assert.Equal(2, taken);
                continue;
            }
            Assert.NotNull(fault);
            Assert.True(sent.Count == known || sent[^1].Recipients[0].Reply is null);
            doubtful += fault.InDoubt ? 1 : 0;
            Assert.True(taken == known || taken == known + 1 && fault.InDoubt, $"cut after {octets}: {taken} taken, {known} known, and the client says {fault}");
        }
        Assert.True(delivered > 0 && doubtful > 0, $"{delivered} delivered, {doubtful} in doubt");
    }

    [Fact]
    public void Whatever_a_peer_says_a_session_ends_with_a_result_in_bounded_time()
    {
        var delivered = 0;
        for (var seed = 1; seed <= 2000; seed++)
        {
            var random = new Random(seed);
            var (sent, fault, _) = Run(seed, way => way.LargestPiece = random.Next(0, 9), connection => LyingAsync(connection, random));
            Assert.True(sent.Count > 0 || fault is not null, $"seed {seed}");
            foreach (var one in sent)
            {
                Assert.Equal(2, one.Recipients.Length);
                Assert.All(one.Recipients, result => Assert.True(one.Fault is not null || result.Reply is not null, $"seed {seed}"));
                delivered += one.Recipients.Count(result => result.Delivered);
            }
        }
        Assert.True(delivered > 0, "no lie was ever believable");
    }

    // Two messages, so that the second goes as it does to a peer that is known.
    private static (List<Transmission> Sent, SessionFault? Fault, int Taken) Run(
        int seed, Action<PathConditions> conditions, Func<IConnection, Task<int>> server)
    {
        var simulator = new Simulator(seed) { MaxTime = TimeSpan.FromHours(2) };
        conditions(simulator.Network.To(Server));
        (List<Transmission> Sent, SessionFault? Fault, int Taken) outcome = ([], null, 0);
        simulator.Run(async () =>
        {
            await using var listener = await simulator.Network.ListenAsync(Server, default);
            var serving = simulator.Start(async () =>
            {
                await using var connection = (await listener.AcceptAsync(default))!;
                try
                {
                    outcome.Taken = await server(connection);
                }
                catch (IOException)
                {
                    // Cut: whether it had taken the message by then is in the outcome already.
                }
            });
            await using (var session = new ClientSession(await simulator.Network.ConnectAsync(Server, default), Options, simulator.Time))
            {
                outcome.Fault = await session.OpenAsync(default);
                while (session.Usable && outcome.Sent.Count < 2)
                {
                    outcome.Sent.Add(await session.SendAsync(Envelope("a@example.test", "b@example.test"), Body, default));
                    outcome.Fault = outcome.Sent[^1].Fault;
                }
                await session.QuitAsync(default);
            }
            await serving;
        });
        return outcome;
    }

    // Tells how many messages it has taken, which it does with the final dot or the last chunk, whether or not its reply still gets out.
    private static async Task<int> HonestAsync(IConnection connection, string[] offered)
    {
        var taken = 0;
        var (unread, inBody) = ("", false);
        await SayAsync(connection, "220 mx\r\n");
        try
        {
            while (true)
            {
                var end = unread.IndexOf("\r\n", StringComparison.Ordinal);
                var chunk = end > 0 && !inBody && unread.StartsWith("BDAT", StringComparison.Ordinal) ? unread[..end].Split(' ') : null;
                var next = end + 2 + (chunk is null ? 0 : int.Parse(chunk[1], CultureInfo.InvariantCulture));
                if (end < 0 || unread.Length < next)
                {
                    var result = await connection.Transport.Input.ReadAsync();
                    var text = Encoding.ASCII.GetString(result.Buffer);
                    connection.Transport.Input.AdvanceTo(result.Buffer.End);
                    if (result.IsCompleted && text.Length == 0)
                        return taken;
                    unread += text;
                    continue;
                }
                var line = unread[..end];
                unread = unread[next..];
                if (inBody && line != ".")
                    continue;
                if (inBody || chunk is [.., "LAST"])
                    taken++;
                inBody = line == "DATA";
                await SayAsync(connection, line switch
                {
                    "DATA" => "354 go\r\n",
                    ['E', 'H', ..] => string.Concat(offered.Select(keyword => $"250-{keyword}\r\n").Prepend("250-mx\r\n")) + "250 X\r\n",
                    _ => "250 Ok\r\n",
                });
            }
        }
        catch (IOException)
        {
            return taken;
        }
    }

    private static async Task<int> LyingAsync(IConnection connection, Random random)
    {
        string[] lies =
        [
            "250 2.1.0 Ok\r\n", "250 2.1.0 Ok\r\n", "250 2.1.0 Ok\r\n", "354 go\r\n", "550 5.1.1 no\r\n", "451 4.3.0 later\r\n", "250-mx\r\n250 PIPELINING\r\n",
            "250-a\r\n", "421 bye\r\n", "hello\r\n", "250", "\r\n", "250 2.1.0 Ok\r\n250 2.1.0 Ok\r\n354 go\r\n", "250 Ok\r\n250 Ok\r\n250 Ok\r\n354 go\r\n",
        ];
        await SayAsync(connection, random.Next(8) > 0 ? "220 mx\r\n" : lies[random.Next(lies.Length)]);
        if (random.Next(4) > 0)
        {
            Advance(connection, await connection.Transport.Input.ReadAsync());
            string[] keywords = ["PIPELINING", "CHUNKING", "BINARYMIME", "LIMITS RCPTMAX=1", "LIMITS MAILMAX=1", "LIMITS RCPTDOMAINMAX=9", "DSN", "SIZE x", "DELIVERBY", "MT-PRIORITY"];
            await SayAsync(connection, "250-mx\r\n" + string.Concat(keywords.Where(_ => random.Next(3) > 0).Select(keyword => $"250-{keyword}\r\n")) + "250 X\r\n");
        }
        for (var turns = random.Next(1, 12); turns > 0; turns--)
        {
            var result = await connection.Transport.Input.ReadAsync();
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return 0;
            await SayAsync(connection, lies[random.Next(lies.Length)]);
        }
        if (random.Next(2) == 0)
            return 0;
        while (!(await connection.Transport.Input.ReadAsync() is var rest && Advance(connection, rest)))
        {
        }
        return 0;
    }

    private static bool Advance(IConnection connection, System.IO.Pipelines.ReadResult rest)
    {
        connection.Transport.Input.AdvanceTo(rest.Buffer.End);
        return rest.IsCompleted;
    }

    private static async Task SayAsync(IConnection connection, string text) => await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(text));
}
