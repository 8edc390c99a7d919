using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Tell.Smtp.Network;

/// <summary>
/// A listening socket. A failed accept never ends it: what concerns one client is passed over, what concerns the machine (no file
/// descriptors, no memory) is logged and waited out, while the clients wait in the kernel's backlog.
/// </summary>
/// <param name="socket">The listening socket, which it takes over.</param>
/// <param name="accept">Accepts on it; a test that has no other way to run out of descriptors brings its own.</param>
/// <param name="highest">The highest descriptor that a client may have; one with a higher is closed, and the next waited out.</param>
internal sealed partial class SocketListener(
    Socket socket, Func<CancellationToken, ValueTask<Socket>> accept, int highest, TimeProvider clock, ILogger log) : IListener
{
    /// <summary>How long a failed accept is waited out.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _closed = new();

    public IPEndPoint Endpoint { get; } = (IPEndPoint)socket.LocalEndPoint!;

    public async ValueTask<IConnection?> AcceptAsync(CancellationToken cancellation)
    {
        while (!_closed.IsCancellationRequested)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return Take(await accept(cancellation));
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException cause) when (!_closed.IsCancellationRequested)
            {
                if (IsOfOneClient(cause.SocketErrorCode))
                    continue;
                AcceptFailed(log, Endpoint, SocketWords.Of(cause));
                await PauseAsync(cancellation);
            }
            catch (SocketException)
            {
                return null;
            }
        }
        return null;
    }

    public ValueTask DisposeAsync()
    {
        _closed.Cancel();
        socket.Dispose();
        return default;
    }

    // A client that left between SYN and accept: its socket may refuse to tell its address.
    private SocketConnection Take(Socket accepted)
    {
        if (accepted.SafeHandle.DangerousGetHandle() > highest)
        {
            accepted.Dispose();
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }
        try
        {
            return new SocketConnection(accepted);
        }
        catch (SocketException)
        {
            accepted.Dispose();
            throw new SocketException((int)SocketError.ConnectionAborted);
        }
    }

    private static bool IsOfOneClient(SocketError error) =>
        error is SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable;

    private async ValueTask PauseAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closed.Token);
        try
        {
            await Task.Delay(Pause, clock, either.Token);
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
        }
    }

    [LoggerMessage(2100, LogLevel.Warning, "Cannot accept a connection on {Endpoint}: {Reason}; trying again")]
    private static partial void AcceptFailed(ILogger log, IPEndPoint endpoint, string reason);
}
