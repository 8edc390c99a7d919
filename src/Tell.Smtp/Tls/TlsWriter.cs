using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Tell.Smtp.Network;

namespace Tell.Smtp.Tls;

/// <summary>
/// Writes a TLS stream as a pipe: what is written collects in a buffer, which a flush encrypts and sends and then gives back, so that an idle
/// session holds none. A flush that is cancelled leaves it open what was sent: the connection is good for nothing but to be aborted.
/// </summary>
internal sealed class TlsWriter(SslStream tls, ConnectionStream plain, IPEndPoint remote, ArrayPool<byte> pool) : PipeWriter
{
    private const int FirstSize = 1024;

    /// <summary>A full TLS record (RFC 8446 5.1): from here on a copy saves nothing.</summary>
    private const int Large = 16 * 1024;

    private byte[] _buffer = [];
    private int _length;
    private volatile bool _canceled;
    private Task<FlushResult>? _send;

    /// <summary>True while a flush is under way.</summary>
    public bool IsSending => _send is { IsCompleted: false };

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _length;

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_buffer.Length - _length), nameof(bytes));
        _length += bytes;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsSpan(_length);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        _length == 0 ? new(new FlushResult(false, false)) : Send(default, cancellationToken);

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (source.Length >= Large)
            return Send(source, cancellationToken);
        source.Span.CopyTo(GetSpan(source.Length));
        _length += source.Length;
        return FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        _canceled = true;
        plain.Cancel();
    }

    public override void Complete(Exception? exception = null)
    {
    }

    /// <summary>Waits for the end of a flush that has been cancelled or has nobody to go to, and gives the buffer back; nothing may be written after this.</summary>
    public async ValueTask ReleaseAsync()
    {
        try
        {
            if (_send is { } send)
                await send;
        }
        catch (Exception cause) when (cause is IOException or OperationCanceledException)
        {
            // It was told to whoever flushed.
        }
        var buffer = _buffer;
        (_buffer, _length) = ([], 0);
        Return(buffer);
    }

    private ValueTask<FlushResult> Send(ReadOnlyMemory<byte> then, CancellationToken cancellation)
    {
        var (buffer, length) = (_buffer, _length);
        (_buffer, _length) = ([], 0);
        _send = SendAsync(buffer, length, then, cancellation);
        return new(_send);
    }

    private async Task<FlushResult> SendAsync(byte[] buffer, int length, ReadOnlyMemory<byte> then, CancellationToken cancellation)
    {
        try
        {
            if (length > 0)
                await tls.WriteAsync(buffer.AsMemory(0, length), cancellation);
            if (!then.IsEmpty)
                await tls.WriteAsync(then, cancellation);
            return new FlushResult(false, false);
        }
        catch (Exception cause) when (cause is IOException or ObjectDisposedException or InvalidOperationException or AuthenticationException)
        {
            if (_canceled)
                return new FlushResult(true, false);
            throw new IOException(TlsWords.Of("writing to", remote, cause), cause);
        }
        finally
        {
            Return(buffer);
        }
    }

    private void MakeRoom(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_buffer.Length - _length >= needed)
            return;
        var larger = pool.Rent(Math.Max(Math.Max(_buffer.Length * 2, FirstSize), _length + needed));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        Return(_buffer);
        _buffer = larger;
    }

    private void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
            pool.Return(buffer);
    }
}
