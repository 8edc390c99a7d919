using System.Buffers;
using System.IO.Pipelines;

namespace Tell.Smtp.Tls;

/// <summary>
/// The plain connection as the stream that TLS reads and writes. A read without room waits until there is something to read, so that nobody
/// holds a buffer for an idle session. Remembers how the plain connection ended, which the stream above does not tell.
/// </summary>
internal sealed class PlainStream(IDuplexPipe plain) : Stream
{
    private volatile bool _closing;

    /// <summary>True once the other side's end has been read: what ends without close_notify before it was cut off.</summary>
    public bool Ended { get; private set; }

    /// <summary>True where octets, or the end, have come that were not asked for yet. Not while a read is under way.</summary>
    public bool HasArrived
    {
        get
        {
            if (!plain.Input.TryRead(out var result))
                return false;
            plain.Input.AdvanceTo(result.Buffer.Start);
            return !result.Buffer.IsEmpty || result.IsCompleted;
        }
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads and writes that are under way, or begin later, fail.</summary>
    public void Cancel()
    {
        _closing = true;
        plain.Input.CancelPendingRead();
        plain.Output.CancelPendingFlush();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var result = await plain.Input.ReadAsync(cancellationToken);
            var length = (int)Math.Min(buffer.Length, result.Buffer.Length);
            var octets = result.Buffer.Slice(0, length);
            octets.CopyTo(buffer.Span);
            plain.Input.AdvanceTo(octets.End);
            if (!result.Buffer.IsEmpty)
                return length;
            if (result.IsCompleted)
            {
                Ended |= buffer.Length > 0;
                return 0;
            }
            // Whoever wakes a session wakes the reader above as well; down here that means nothing.
            if (_closing)
                throw new OperationCanceledException();
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var result = await plain.Output.WriteAsync(buffer, cancellationToken);
        if (result.IsCanceled)
            throw new OperationCanceledException();
        if (result.IsCompleted)
            throw new IOException("connection closed by the other side");
    }

    /// <summary>TLS writes the alert that ends a handshake this way: it is kept, and goes with the next flush.</summary>
    public override void Write(byte[] buffer, int offset, int count) => plain.Output.Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => plain.Output.Write(buffer);

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
