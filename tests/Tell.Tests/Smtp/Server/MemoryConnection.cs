using System.IO.Pipelines;
using System.Net;
using Tell.Smtp.Network;

namespace Tell.Tests.Smtp.Server;

/// <summary>
/// A connection in memory whose two ends run on the writer's thread: when a write returns, the session has done all that it can do
/// with what it has, so tests need no waiting.
/// </summary>
internal sealed class MemoryConnection : IConnection, IDuplexPipe
{
    private readonly Pipe _toServer;
    private readonly Pipe _toClient;

    /// <param name="segment">The most octets of one segment of what the server reads; 0 for the usual.</param>
    /// <param name="window">How many octets of replies fit before the server has to wait for the client.</param>
    public MemoryConnection(int segment = 0, int window = int.MaxValue)
    {
        _toServer = new Pipe(Options(segment, 0));
        _toClient = new Pipe(Options(0, window));
    }

    public IDuplexPipe Transport => this;

    public PipeReader Input => _toServer.Reader;

    public PipeWriter Output => _toClient.Writer;

    public IPEndPoint Local { get; } = new(IPAddress.Loopback, 25);

    public IPEndPoint Remote { get; } = new(IPAddress.Parse("192.0.2.7"), 40001);

    /// <summary>What the client writes to.</summary>
    public PipeWriter Client => _toServer.Writer;

    /// <summary>What the client reads.</summary>
    public PipeReader Replies => _toClient.Reader;

    public bool IsClosed { get; private set; }

    public bool WasAborted { get; private set; }

    public void Abort()
    {
        WasAborted = true;
        var cause = new IOException("connection aborted");
        _toServer.Writer.Complete(cause);
        _toClient.Reader.Complete(cause);
        _toClient.Reader.CancelPendingRead();
    }

    /// <summary>The client goes away without a word, as a reset does.</summary>
    public void Reset()
    {
        _toServer.Writer.Complete(new IOException("connection reset by peer"));
        _toClient.Reader.Complete();
    }

    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        _toClient.Writer.Complete();
        _toServer.Reader.Complete();
        return default;
    }

    private static PipeOptions Options(int segment, int window) => new(
        segment == 0 ? null : new TinyPool(segment),
        PipeScheduler.Inline,
        PipeScheduler.Inline,
        pauseWriterThreshold: window == int.MaxValue ? 0 : window,
        resumeWriterThreshold: window == int.MaxValue ? 0 : Math.Max(1, window / 2),
        useSynchronizationContext: false);
}
