using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tell.Smtp.Network;

namespace Tell.Tests.Simulation;

public sealed class SimulatedNetworkTests
{
    private static readonly IPEndPoint Server = IPEndPoint.Parse("198.51.100.7:25");

    [Fact]
    public void Octets_travel_both_ways_and_an_end_is_seen() => Tell((simulation, _) => (
        async server =>
        {
            Assert.Equal("ping", await ReadAllAsync(server));
            await server.Transport.Output.WriteAsync("pong"u8.ToArray());
        },
        async client =>
        {
            Assert.Equal(Server, client.Remote);
            Assert.Equal(IPAddress.Parse("192.0.2.1"), client.Local.Address);
            await client.Transport.Output.WriteAsync("ping"u8.ToArray());
            await client.Transport.Output.CompleteAsync();
            Assert.Equal("pong", await ReadAllAsync(client));
            Assert.Equal(TimeSpan.Zero, simulation.Time.Elapsed);
        }));

    [Fact]
    public void Nobody_listens_or_a_refusal_is_asked_for() => new Simulator().Run(async () =>
    {
        var simulation = new Simulator();
        var nobody = await Assert.ThrowsAsync<SocketException>(() => simulation.Network.ConnectAsync(Server, default).AsTask());
        Assert.Equal(SocketError.ConnectionRefused, nobody.SocketErrorCode);
        await using var listener = await simulation.Network.ListenAsync(Server, default);
        simulation.Network.To(Server.Address).Refuse = true;
        await Assert.ThrowsAsync<SocketException>(() => simulation.Network.ConnectAsync(Server, default).AsTask());
        Assert.Equal(2, simulation.Network.Attempts.Count);
        var used = await Assert.ThrowsAsync<IOException>(() => simulation.Network.ListenAsync(Server, default).AsTask());
        Assert.Contains("port in use", used.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void A_silent_address_is_given_up_by_the_callers_clock()
    {
        var simulation = new Simulator();
        simulation.Network.To(Server).Silent = true;
        simulation.Run(async () =>
        {
            await using var listener = await simulation.Network.ListenAsync(Server, default);
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5), simulation.Time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => simulation.Network.ConnectAsync(Server, patience.Token).AsTask());
            Assert.Equal(TimeSpan.FromMinutes(5), simulation.Time.Elapsed);
        });
    }

    [Fact]
    public void Latency_delays_a_round_trip_on_the_virtual_clock() => Tell((simulation, way) =>
    {
        way.Latency = TimeSpan.FromMilliseconds(100);
        return (EchoAsync, async client =>
        {
            await client.Transport.Output.WriteAsync("x"u8.ToArray());
            await client.Transport.Input.ReadAsync();
            Assert.Equal(400, simulation.Time.Elapsed.TotalMilliseconds);
        });
    });

    [Fact]
    public void Pieces_arrive_octet_by_octet_and_complete() => Tell((_, way) =>
    {
        way.LargestPiece = 1;
        return (
            server => server.Transport.Output.WriteAsync("hello"u8.ToArray()).AsTask(),
            async client =>
            {
                var reads = 0;
                var text = "";
                while (true)
                {
                    var result = await client.Transport.Input.ReadAsync();
                    if (result.IsCompleted && result.Buffer.IsEmpty)
                        break;
                    text += Encoding.ASCII.GetString(result.Buffer);
                    client.Transport.Input.AdvanceTo(result.Buffer.End);
                    reads++;
                }
                Assert.Equal("hello", text);
                Assert.Equal(5, reads);
            });
    });

    [Fact]
    public void A_cut_delivers_the_octets_before_it_and_ends_both_ways() => Tell((_, way) =>
    {
        way.CutAfterSent = 3;
        return (
            async server =>
            {
                Assert.Equal("abc", await ReadAllAsync(server));
                Assert.True((await server.Transport.Output.WriteAsync("x"u8.ToArray())).IsCompleted);
            },
            async client =>
            {
                await client.Transport.Output.WriteAsync("abcdef"u8.ToArray());
                Assert.Equal("", await ReadAllAsync(client));
            });
    });

    [Fact]
    public void A_reset_and_an_abort_are_thrown_at_reads_and_writes() => Tell((_, way) =>
    {
        way.CutAfterSent = 3;
        way.CutResets = true;
        return (
            server => Assert.ThrowsAsync<IOException>(() => ReadAllAsync(server)),
            async client =>
            {
                await client.Transport.Output.WriteAsync("abcdef"u8.ToArray());
                await Assert.ThrowsAsync<IOException>(() => ReadAllAsync(client));
                await Assert.ThrowsAsync<IOException>(() => client.Transport.Output.WriteAsync("x"u8.ToArray()).AsTask());
            });
    });

    [Fact]
    public void An_abort_wakes_a_read_on_both_sides() => Tell((simulation, _) => (
        server => Assert.ThrowsAsync<IOException>(() => ReadAllAsync(server)),
        async client =>
        {
            var reading = ReadAllAsync(client);
            await Task.Delay(TimeSpan.FromSeconds(1), simulation.Time);
            client.Abort();
            await Assert.ThrowsAsync<IOException>(() => reading);
        }));

    [Fact]
    public void A_writer_waits_for_a_reader_that_does_not_read()
    {
        var simulation = new Simulator { Network = { BufferSize = 1000 } };
        Tell(simulation, (
            async server =>
            {
                await Task.Delay(TimeSpan.FromSeconds(7), simulation.Time);
                Assert.Equal(10_000, (await ReadAllAsync(server)).Length);
            },
            async client =>
            {
                for (var i = 0; i < 100; i++)
                    await client.Transport.Output.WriteAsync(new byte[100]);
                Assert.Equal(7, simulation.Time.Elapsed.TotalSeconds);
            }));
    }

    [Fact]
    public void Datagrams_are_answered_by_a_handler_lost_or_refused()
    {
        var simulation = new Simulator();
        var network = simulation.Network;
        simulation.Run(async () =>
        {
            await Assert.ThrowsAsync<SocketException>(() => network.ExchangeAsync(Server, new byte[] { 1 }, _ => true, default).AsTask());
            network.Serve(Server, datagram => datagram.Span[0] == 7 ? null : [.. datagram.Span, 99]);
            Assert.Equal([1, 99], await network.ExchangeAsync(Server, new byte[] { 1 }, _ => true, default));
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3), simulation.Time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => network.ExchangeAsync(Server, new byte[] { 7 }, _ => true, patience.Token).AsTask());
            Assert.Equal(3, simulation.Time.Elapsed.TotalSeconds);
        });
    }

    [Fact]
    public void Hosts_connect_from_their_own_address_and_a_closed_listener_accepts_nothing() => Tell((simulation, _) => (
        server =>
        {
            Assert.Equal(IPAddress.Parse("203.0.113.9"), server.Remote.Address);
            return Task.CompletedTask;
        },
        null), IPAddress.Parse("203.0.113.9"));

    private static async Task EchoAsync(IConnection server)
    {
        var result = await server.Transport.Input.ReadAsync();
        await server.Transport.Output.WriteAsync(result.Buffer.First);
        server.Transport.Input.AdvanceTo(result.Buffer.End);
    }

    private static void Tell(
        Func<Simulator, PathConditions, (Func<IConnection, Task> Server, Func<IConnection, Task>? Client)> story, IPAddress? from = null)
    {
        var simulation = new Simulator();
        Tell(simulation, story(simulation, simulation.Network.To(Server)), from);
    }

    private static void Tell(Simulator simulation, (Func<IConnection, Task> Server, Func<IConnection, Task>? Client) story, IPAddress? from = null) =>
        simulation.Run(async () =>
        {
            var listener = await simulation.Network.ListenAsync(Server, default);
            var serving = simulation.Start(async () =>
            {
                await using var connection = await listener.AcceptAsync(default);
                await story.Server(connection!);
            });
            var network = from is null ? simulation.Network : simulation.Network.Host(from);
            await using (var client = await network.ConnectAsync(Server, default))
                await (story.Client?.Invoke(client) ?? Task.CompletedTask);
            await serving;
            await listener.DisposeAsync();
            Assert.Null(await listener.AcceptAsync(default));
        });

    private static async Task<string> ReadAllAsync(IConnection connection)
    {
        var text = new StringBuilder();
        while (true)
        {
            var result = await connection.Transport.Input.ReadAsync();
            text.Append(Encoding.Latin1.GetString(result.Buffer));
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return text.ToString();
        }
    }
}
