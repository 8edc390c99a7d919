using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Tell.Smtp.Network;

/// <summary>
/// The machine's own sockets, IPv4 and IPv6, and to connect to also those with a path. An IPv6 address takes IPv6 only: to listen on all of both, listen on 0.0.0.0 and on [::].
/// </summary>
public sealed class SocketNetwork(TimeProvider clock, ILogger log) : INetwork
{
    /// <summary>Connections that the kernel keeps until they are accepted; it cuts this to its own limit (net.core.somaxconn).</summary>
    private const int Backlog = 1024;

    /// <summary>More than any EDNS buffer size in use (RFC 6891 6.2.5).</summary>
    private const int LargestDatagram = 8192;

    /// <inheritdoc/>
    public ValueTask<IListener> ListenAsync(IPEndPoint endpoint, CancellationToken cancellation)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(endpoint);
            socket.Listen(Backlog);
            return new(new SocketListener(socket, socket.AcceptAsync, Descriptors.HighestForClients, clock, log));
        }
        catch (SocketException cause)
        {
            socket?.Dispose();
            throw new IOException($"cannot listen on {endpoint}: {SocketWords.Of(cause)}", cause);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Refused, unreachable and the like; the message names the address and the reason.</exception>
    public async ValueTask<IConnection> ConnectAsync(EndPoint endpoint, IPAddress? source, CancellationToken cancellation)
    {
        var socket = Open(endpoint, SocketType.Stream, endpoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            if (source is not null)
                socket.Bind(new IPEndPoint(source, 0));
            await socket.ConnectAsync(endpoint, cancellation);
            return new SocketConnection(socket);
        }
        catch (SocketException cause)
        {
            socket.Dispose();
            throw new IOException($"cannot connect to {endpoint}: {(endpoint is IPEndPoint ? SocketWords.Of(cause) : SocketWords.OfPath(cause))}", cause);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>The socket is connected, so the kernel picks a random port and drops what comes from elsewhere. The caller checks the rest.</remarks>
    public async ValueTask<byte[]> ExchangeAsync(IPEndPoint server, ReadOnlyMemory<byte> datagram, Func<ReadOnlyMemory<byte>, bool> accept, CancellationToken cancellation)
    {
        using var socket = Open(server, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await socket.ConnectAsync(server, cancellation);
            await socket.SendAsync(datagram, cancellation);
            var answer = new byte[LargestDatagram];
            while (true)
            {
                var length = await socket.ReceiveAsync(answer, cancellation);
                if (accept(answer.AsMemory(0, length)))
                    return answer[..length];
            }
        }
        catch (SocketException cause)
        {
            throw new IOException($"no answer from {server}: {SocketWords.Of(cause)}", cause);
        }
    }

    private static Socket Open(EndPoint to, SocketType type, ProtocolType protocol)
    {
        try
        {
            return new Socket(to.AddressFamily, type, protocol);
        }
        catch (SocketException cause)
        {
            throw new IOException($"cannot open a socket to {to}: {SocketWords.Of(cause)}", cause);
        }
    }
}
