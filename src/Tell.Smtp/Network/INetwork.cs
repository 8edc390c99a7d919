using System.Net;

namespace Tell.Smtp.Network;

/// <summary>
/// The network that sessions and the resolver live in: the machine's sockets, or a simulator's duplex pipes. Failures are
/// <see cref="IOException"/> or <see cref="System.Net.Sockets.SocketException"/>, whose message is fit for the log.
/// </summary>
public interface INetwork
{
    /// <summary>Listens; port 0 picks a free one, which <see cref="IListener.Endpoint"/> then tells.</summary>
    /// <exception cref="IOException">The address cannot be used; the message names it and the reason ("port in use", "not permitted").</exception>
    ValueTask<IListener> ListenAsync(IPEndPoint endpoint, CancellationToken cancellation);

    /// <summary>
    /// Connects to an address and port, or to a socket of this machine (<see cref="System.Net.Sockets.UnixDomainSocketEndPoint"/>); from an address of
    /// this machine or from whichever it picks (null). The caller brings its own time limit as <paramref name="cancellation"/>.
    /// </summary>
    ValueTask<IConnection> ConnectAsync(EndPoint endpoint, IPAddress? source, CancellationToken cancellation);

    /// <summary>
    /// Sends one datagram from a fresh random port and waits for the first one back from that address that <paramref name="accept"/> takes;
    /// others are dropped, as if they had never come: DNS over UDP, where a stranger may guess the port but not the question.
    /// </summary>
    ValueTask<byte[]> ExchangeAsync(IPEndPoint server, ReadOnlyMemory<byte> datagram, Func<ReadOnlyMemory<byte>, bool> accept, CancellationToken cancellation);
}
