using System.Buffers;
using System.IO.Pipelines;

namespace Tell.Smtp.Network;

/// <summary>
/// A connection as the stream that the platform's TLS and HTTPS read and write. A read without room waits until there is something to read, so
/// that nobody holds a buffer for an idle session. Remembers how the connection ended, which the stream above does not tell. Closing it ends the
/// connection at once; whoever opened the connection disposes it.
/// </summary>
public sealed class ConnectionStream(IConnection connection) : Stream
{
    private readonly PipeReader _input = connection.Transport.Input;
    private readonly PipeWriter _output = connection.Transport.Output;
    private volatile bool _cancelled;

    /// <summary>True once the other side's end has been read: what ends without close_notify before it was cut off.</summary>
    public bool Ended { get; private set; }

    /// <summary>True where octets, or the end, have come that were not asked for yet. Not while a read is under way.</summary>
    public bool HasArrived
    {
        get
        {
            if (!_input.TryRead(out var result))
                return false;
            _input.AdvanceTo(result.Buffer.Start);
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
        _cancelled = true;
        _input.CancelPendingRead();
        _output.CancelPendingFlush();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            // Asked each time: octets that come together with the cancellation take its mark with them, and TLS would wait for the rest of its record.
            ThrowIfCancelled();
            var result = await _input.ReadAsync(cancellationToken);
            var length = (int)Math.Min(buffer.Length, result.Buffer.Length);
            var octets = result.Buffer.Slice(0, length);
            octets.CopyTo(buffer.Span);
            _input.AdvanceTo(octets.End);
            if (!result.Buffer.IsEmpty)
                return length;
            if (result.IsCompleted)
            {
                Ended |= buffer.Length > 0;
                return 0;
            }
            // Whoever wakes a session wakes the reader above as well; down here that means nothing.
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfCancelled();
        var result = await _output.WriteAsync(buffer, cancellationToken);
        if (result.IsCanceled)
            throw new OperationCanceledException();
        if (result.IsCompleted)
            throw new IOException("connection closed by the other side");
    }

    /// <summary>TLS writes the alert that ends a handshake this way: it is kept, and goes with the next flush.</summary>
    public override void Write(byte[] buffer, int offset, int count) => _output.Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => _output.Write(buffer);

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            connection.Abort();
        base.Dispose(disposing);
    }

    private void ThrowIfCancelled()
    {
        if (_cancelled)
            throw new OperationCanceledException();
    }
}
