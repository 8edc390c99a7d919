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
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_connection_cut_after_any_octet_never_turns_a_message_taken_into_one_refused(bool received, bool resets)
    {
        var delivered = 0;
        var doubtful = 0;
        for (var octets = 0; octets < 330; octets++)
        {
            var (sent, fault, taken) = Run(seed: 1, way =>
            {
                way.CutResets = resets;
                way.LargestPiece = 5;
                (way.CutAfterSent, way.CutAfterReceived) = (received ? null : octets, received ? octets : null);
            }, HonestAsync);
            var result = sent?.Recipients[0];
            if (result is { Delivered: true })
            {
                delivered++;
                Assert.True(taken);
                continue;
            }
            Assert.NotNull(fault);
            Assert.Null(result?.Reply);
            doubtful += fault.InDoubt ? 1 : 0;
            if (taken)
                Assert.True(fault.InDoubt, $"cut after {octets}: taken, and the client says {fault}");
        }
        Assert.True(delivered > 0 && doubtful > 0, $"{delivered} delivered, {doubtful} in doubt");
    }

    [Fact]
    public void Whatever_a_peer_says_a_session_ends_with_a_result_in_bounded_time()
    {
        var delivered = 0;
        for (var seed = 1; seed <= 1500; seed++)
        {
            var random = new Random(seed);
            var (sent, fault, _) = Run(seed, way => way.LargestPiece = random.Next(0, 9), connection => LyingAsync(connection, random));
            if (sent is null)
            {
                Assert.NotNull(fault);
                continue;
            }
            Assert.Equal(2, sent.Recipients.Length);
            Assert.All(sent.Recipients, result => Assert.True(sent.Fault is not null || result.Reply is not null, $"seed {seed}"));
            delivered += sent.Recipients.Count(result => result.Delivered);
        }
        Assert.True(delivered > 0, "no lie was ever believable");
    }

    private static (Transmission? Sent, SessionFault? Fault, bool Taken) Run(
        int seed, Action<PathConditions> conditions, Func<IConnection, Task<bool>> server)
    {
        var simulator = new Simulator(seed) { MaxTime = TimeSpan.FromHours(2) };
        conditions(simulator.Network.To(Server));
        (Transmission? Sent, SessionFault? Fault, bool Taken) outcome = default;
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
                if (outcome.Fault is null)
                {
                    outcome.Sent = await session.SendAsync(Envelope("a@example.test", "b@example.test"), Body, default);
                    outcome.Fault = outcome.Sent.Fault;
                }
                await session.QuitAsync(default);
            }
            await serving;
        });
        return outcome;
    }

    // True when it has taken the message, which it does with the final dot, whether or not its reply still gets out.
    private static async Task<bool> HonestAsync(IConnection connection)
    {
        var taken = false;
        var (unread, inBody) = ("", false);
        await SayAsync(connection, "220 mx\r\n");
        while (true)
        {
            var end = unread.IndexOf("\r\n", StringComparison.Ordinal);
            if (end < 0)
            {
                try
                {
                    var result = await connection.Transport.Input.ReadAsync();
                    unread += Encoding.ASCII.GetString(result.Buffer);
                    connection.Transport.Input.AdvanceTo(result.Buffer.End);
                    if (result.IsCompleted && !unread.Contains("\r\n", StringComparison.Ordinal))
                        return taken;
                }
                catch (IOException)
                {
                    return taken;
                }
                continue;
            }
            var line = unread[..end];
            unread = unread[(end + 2)..];
            if (inBody && line != ".")
                continue;
            taken |= inBody;
            inBody = line == "DATA";
            try
            {
                await SayAsync(connection, line switch { "DATA" => "354 go\r\n", ['E', 'H', ..] => "250-mx\r\n250 PIPELINING\r\n", _ => "250 Ok\r\n" });
            }
            catch (IOException)
            {
                return taken;
            }
        }
    }

    private static async Task<bool> LyingAsync(IConnection connection, Random random)
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
            await SayAsync(connection, random.Next(2) == 0 ? "250-mx\r\n250 PIPELINING\r\n" : "250 mx\r\n");
        }
        for (var turns = random.Next(1, 12); turns > 0; turns--)
        {
            var result = await connection.Transport.Input.ReadAsync();
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return false;
            await SayAsync(connection, lies[random.Next(lies.Length)]);
        }
        if (random.Next(2) == 0)
            return false;
        while (!(await connection.Transport.Input.ReadAsync() is var rest && Advance(connection, rest)))
        {
        }
        return false;
    }

    private static bool Advance(IConnection connection, System.IO.Pipelines.ReadResult rest)
    {
        connection.Transport.Input.AdvanceTo(rest.Buffer.End);
        return rest.IsCompleted;
    }

    private static async Task SayAsync(IConnection connection, string text) => await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(text));
}
