using System.Net;
using System.Net.Sockets;
using Tell.Smtp.Network;

namespace Tell.Tests.Simulation;

/// <summary>The simulated network as one host sees it.</summary>
internal sealed class SimulatedHost(SimulatedNetwork network, IPAddress address) : INetwork
{
    public ValueTask<IListener> ListenAsync(IPEndPoint endpoint, CancellationToken cancellation) => ValueTask.FromResult<IListener>(network.Listen(endpoint));

    public async ValueTask<IConnection> ConnectAsync(EndPoint endpoint, IPAddress? source, CancellationToken cancellation)
    {
        network.Attempts.Add((network.Simulator.Time.GetUtcNow(), endpoint));
        var way = network.Way(endpoint);
        await TravelAsync(way, 2, cancellation);
        var listener = way.Refuse ? null : endpoint is IPEndPoint host ? network.Listener(host) : network.Listener(address, $"{endpoint}");
        if (listener is null)
            throw new SocketException((int)SocketError.ConnectionRefused);
        var here = new IPEndPoint(IPAddress.Loopback, 0);
        var (client, server) = endpoint is IPEndPoint there ? (new IPEndPoint(source ?? address, network.NextPort()), there) : (here, here);
        var (ours, theirs) = SimulatedConnection.Pair(network, way, client, server);
        listener.Offer(theirs);
        return ours;
    }

    public async ValueTask<byte[]> ExchangeAsync(IPEndPoint server, ReadOnlyMemory<byte> datagram, Func<ReadOnlyMemory<byte>, bool> accept, CancellationToken cancellation)
    {
        var way = network.Way(server);
        var sent = datagram.ToArray();
        await TravelAsync(way, 1, cancellation);
        var handler = way.Refuse ? null : network.Datagrams(server);
        if (handler is null)
            throw new SocketException((int)SocketError.ConnectionRefused);
        var answers = await handler(sent);
        await TravelAsync(way, 1, cancellation);
        foreach (var answer in answers)
        {
            if (accept(answer))
                return answer;
        }
        await NeverAsync(cancellation);
        return [];
    }

    private async ValueTask TravelAsync(PathConditions way, int times, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (way.Silent)
            await NeverAsync(cancellation);
        if (way.Latency > TimeSpan.Zero)
            await Task.Delay(way.Latency * times, network.Simulator.Time, cancellation);
    }

    private Task NeverAsync(CancellationToken cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, network.Simulator.Time, cancellation);
}
