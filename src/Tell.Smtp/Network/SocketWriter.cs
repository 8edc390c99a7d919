using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Tell.Smtp.Network;

/// <summary>
/// Writes a socket as a pipe: what is written collects in a buffer, which a flush sends. A large <see cref="WriteAsync"/> is sent from
/// where it lies. A flush that is cancelled leaves it open what was sent: the connection is good for nothing but to be aborted.
/// </summary>
internal sealed class SocketWriter(Socket socket, EndPoint remote) : PipeWriter
{
    private const int FirstSize = 1024;

    /// <summary>From here on a system call costs less than a copy.</summary>
    private const int Large = 16 * 1024;

    private readonly CancellationTokenSource _cancel = new();
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int _length;
    private bool _sending;

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

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_length == 0)
            return new(new FlushResult(false, false));
        var octets = _buffer.AsMemory(0, _length);
        _length = 0;
        return SendAsync(octets, default, cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (source.Length < Large)
        {
            source.Span.CopyTo(GetSpan(source.Length));
            _length += source.Length;
            return FlushAsync(cancellationToken);
        }
        var first = _buffer.AsMemory(0, _length);
        _length = 0;
        return SendAsync(first, source, cancellationToken);
    }

    public override void CancelPendingFlush() => _cancel.Cancel();

    public override void Complete(Exception? exception = null)
    {
    }

    /// <summary>Gives the buffer back; nothing may be written after this.</summary>
    public void Release()
    {
        var buffer = _buffer;
        _buffer = [];
        _length = 0;
        if (buffer.Length > 0 && !_sending)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private async ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second, CancellationToken cancellation)
    {
        using var both = cancellation.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellation, _cancel.Token) : null;
        var token = both?.Token ?? _cancel.Token;
        _sending = true;
        try
        {
            while (!first.IsEmpty)
                first = first[await socket.SendAsync(first, SocketFlags.None, token)..];
            while (!second.IsEmpty)
                second = second[await socket.SendAsync(second, SocketFlags.None, token)..];
            return new FlushResult(false, false);
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return new FlushResult(true, false);
        }
        catch (Exception cause) when (cause is SocketException or ObjectDisposedException)
        {
            var words = cause is SocketException refusal ? SocketWords.Of(refusal) : "connection aborted";
            throw new IOException($"writing to {remote}: {words}", cause);
        }
        finally
        {
            _sending = false;
        }
    }

    private void MakeRoom(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_buffer.Length - _length >= needed)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + needed));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
