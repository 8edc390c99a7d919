using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Tell.Smtp.Network;

/// <summary>
/// A connected socket as two pipes without pumps: reading receives straight into the reader's buffer, flushing sends straight from the
/// writer's. No second copy, no thread hop, and back pressure is the socket's own (decision 0003).
/// </summary>
internal sealed class SocketConnection : IConnection, IDuplexPipe
{
    private static readonly IPEndPoint Here = new(IPAddress.Loopback, 0);

    private readonly Socket _socket;
    private readonly SocketReader _reader;
    private readonly SocketWriter _writer;
    private int _closed;

    /// <summary>Takes over a connected socket.</summary>
    /// <exception cref="SocketException">It is no longer connected.</exception>
    public SocketConnection(Socket socket)
    {
        _socket = socket;
        var remote = socket.RemoteEndPoint!;
        (Local, Remote) = remote is IPEndPoint host ? ((IPEndPoint)socket.LocalEndPoint!, host) : (Here, Here);
        // Replies are small and awaited: nothing may wait for more to send.
        if (remote is IPEndPoint)
            socket.NoDelay = true;
        _reader = new SocketReader(socket, remote);
        _writer = new SocketWriter(socket, remote);
    }

    public IDuplexPipe Transport => this;

    public PipeReader Input => _reader;

    public PipeWriter Output => _writer;

    public IPEndPoint Local { get; }

    public IPEndPoint Remote { get; }

    public void Abort()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1)
            return;
        try
        {
            // Zero: a reset instead of a farewell.
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (SocketException)
        {
            // It is gone already.
        }
        _socket.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
            Close();
        _reader.Release();
        _writer.Release();
        return default;
    }

    private void Close()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            // A socket that is closed with octets unread resets the connection, and our last reply may be lost with it.
            _reader.Discard();
        }
        catch (SocketException)
        {
            // It is gone already.
        }
        _socket.Dispose();
    }
}
