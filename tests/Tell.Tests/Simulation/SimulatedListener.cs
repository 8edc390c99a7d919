using System.Net;
using System.Threading.Channels;
using Tell.Smtp.Network;

namespace Tell.Tests.Simulation;

/// <summary>A listening address of the simulated network.</summary>
internal sealed class SimulatedListener(SimulatedNetwork network, IPEndPoint endpoint) : IListener
{
    private readonly Channel<IConnection> _waiting = Channel.CreateUnbounded<IConnection>();

    public IPEndPoint Endpoint => endpoint;

    public async ValueTask<IConnection?> AcceptAsync(CancellationToken cancellation)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellation))
        {
            if (_waiting.Reader.TryRead(out var connection))
                return connection;
        }
        return null;
    }

    public void Offer(IConnection connection) => _waiting.Writer.TryWrite(connection);

    public ValueTask DisposeAsync()
    {
        network.Close(this);
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var connection))
            connection.Abort();
        return ValueTask.CompletedTask;
    }
}
