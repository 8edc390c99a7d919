using System.IO.Pipelines;
using System.Net;
using Tell.Smtp.Network;

namespace Tell.Tests.Smtp.Tls;

/// <summary>One end of a connection in memory.</summary>
internal sealed class PipeConnection : IConnection, IDuplexPipe
{
    private readonly Pipe _in, _out;

    private PipeConnection(Pipe @in, Pipe @out, IPEndPoint local, IPEndPoint remote) => (_in, _out, Local, Remote) = (@in, @out, local, remote);

    public IDuplexPipe Transport => this;

    public PipeReader Input => _in.Reader;

    public PipeWriter Output => _out.Writer;

    public IPEndPoint Local { get; }

    public IPEndPoint Remote { get; }

    /// <summary>True once it has been disposed or aborted.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The two ends of a new connection.</summary>
    /// <param name="window">How many octets wait in one direction before its writer has to; 0 for any number.</param>
    public static (PipeConnection Client, PipeConnection Server) Pair(int window = 0)
    {
        var options = new PipeOptions(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline,
            pauseWriterThreshold: window, resumeWriterThreshold: Math.Max(window > 0 ? 1 : 0, window / 2), useSynchronizationContext: false);
        var (toServer, toClient) = (new Pipe(options), new Pipe(options));
        var (client, server) = (IPEndPoint.Parse("192.0.2.7:40001"), IPEndPoint.Parse("192.0.2.1:25"));
        return (new PipeConnection(toClient, toServer, client, server), new PipeConnection(toServer, toClient, server, client));
    }

    /// <summary>What this end has written ends here, without a word: as when the way is cut.</summary>
    public void Cut() => _out.Writer.Complete();

    public void Abort()
    {
        IsClosed = true;
        var reset = new IOException("connection reset");
        _out.Writer.Complete(reset);
        _in.Writer.Complete(reset);
        _out.Reader.Complete(reset);
    }

    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        _out.Writer.Complete();
        _in.Reader.Complete();
        return default;
    }
}
