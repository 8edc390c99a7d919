using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using Tell.Smtp.Network;

namespace Tell.Smtp.Tls;

/// <summary>
/// A secure connection as two pipes over a plain one, which it owns. The end is the other side's close_notify (RFC 8446 6.1); a connection that
/// ends without it is a lost one, and reading throws. Disposing says close_notify, where the other side takes it at once, and closes.
/// </summary>
internal sealed class TlsConnection : IConnection, IDuplexPipe
{
    private readonly IConnection _connection;
    private readonly ConnectionStream _plain;
    private readonly TlsReader _reader;
    private readonly TlsWriter _writer;
    private volatile bool _aborted;
    private int _closed;

    /// <summary>Takes over a connection, for a handshake by <see cref="Stream"/>.</summary>
    public TlsConnection(IConnection connection, ArrayPool<byte> pool)
    {
        _connection = connection;
        _plain = new ConnectionStream(connection);
        Stream = new SslStream(_plain, leaveInnerStreamOpen: true);
        _reader = new TlsReader(Stream, _plain, connection.Remote, pool);
        _writer = new TlsWriter(Stream, _plain, connection.Remote, pool);
    }

    /// <summary>What does the handshake; after it, the transport alone reads and writes.</summary>
    public SslStream Stream { get; }

    public IDuplexPipe Transport => this;

    public PipeReader Input => _reader;

    public PipeWriter Output => _writer;

    public IPEndPoint Local => _connection.Local;

    public IPEndPoint Remote => _connection.Remote;

    /// <summary>True where the other side has closed the plain connection.</summary>
    public bool PlainEnded => _plain.Ended;

    public void Abort()
    {
        _aborted = true;
        _connection.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1)
            return;
        if (!_aborted && !_writer.IsSending)
            await FarewellAsync();
        _plain.Cancel();
        await _reader.ReleaseAsync();
        await _writer.ReleaseAsync();
        await Stream.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async ValueTask FarewellAsync()
    {
        try
        {
            // Of a handshake that failed, this is the alert that says why.
            var farewell = Stream.IsAuthenticated ? Stream.ShutdownAsync() : FlushAsync();
            // Somebody who does not take what was said before will not take this: it is not waited for.
            if (!farewell.IsCompleted)
                _plain.Cancel();
            await farewell;
        }
        catch (Exception cause) when (cause is IOException or InvalidOperationException or OperationCanceledException)
        {
            // Nobody is there to hear it.
        }
    }

    private async Task FlushAsync() => await _connection.Transport.Output.FlushAsync();
}
