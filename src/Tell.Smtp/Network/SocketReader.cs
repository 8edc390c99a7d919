using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Tell.Smtp.Network;

/// <summary>
/// Reads a socket as a pipe. What was not consumed stays in the one buffer, which moves up or grows when it is full: its size is what
/// the reader above lets lie, no more.
/// </summary>
internal sealed class SocketReader(Socket socket, EndPoint remote) : PipeReader
{
    private const int MostDiscarded = 16 * 1024 * 1024;

    private readonly Lock _gate = new();
    private CancellationTokenSource _interrupt = new();
    private ReadBuffer _buffer = new(ArrayPool<byte>.Shared);
    private bool _ended;
    private bool _interrupted;
    private bool _receiving;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (TryTake(out var ready))
            return ready;
        _buffer.MakeRoom();
        using var both = cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _interrupt.Token) : null;
        try
        {
            _receiving = true;
            var length = await socket.ReceiveAsync(_buffer.Room, SocketFlags.None, both?.Token ?? _interrupt.Token);
            _receiving = false;
            _buffer.Add(length);
            _ended = length == 0;
            return Result(TakeInterrupt());
        }
        catch (OperationCanceledException)
        {
            _receiving = false;
            cancellationToken.ThrowIfCancellationRequested();
            TakeInterrupt();
            return Result(true);
        }
        catch (Exception cause) when (cause is SocketException or ObjectDisposedException)
        {
            _receiving = false;
            throw Lost(cause);
        }
    }

    /// <summary>Asks the socket, too: what has arrived unasked, or the end, shows here although nobody has waited for it.</summary>
    public override bool TryRead(out ReadResult result)
    {
        if (TryTake(out result))
            return true;
        try
        {
            // True for the end and for a reset as well; the receive then tells which, without waiting.
            if (!socket.Poll(0, SelectMode.SelectRead))
                return false;
            _buffer.MakeRoom();
            var length = socket.Receive(_buffer.Room.Span);
            _buffer.Add(length);
            _ended = length == 0;
        }
        catch (Exception cause) when (cause is SocketException or ObjectDisposedException)
        {
            throw Lost(cause);
        }
        return TryTake(out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _buffer.AdvanceTo(consumed, examined);

    public override void CancelPendingRead()
    {
        CancellationTokenSource interrupt;
        lock (_gate)
        {
            _interrupted = true;
            interrupt = _interrupt;
        }
        interrupt.Cancel();
    }

    public override void Complete(Exception? exception = null)
    {
    }

    /// <summary>Throws away what has arrived and was not read, up to a bound: a peer that sends faster than this reads must not keep the thread.</summary>
    public void Discard()
    {
        _buffer.Clear();
        _buffer.MakeRoom();
        for (var left = MostDiscarded; left > 0 && !_ended && socket.Available > 0;)
        {
            var length = socket.Receive(_buffer.Room.Span);
            left -= length;
            _ended = length == 0;
        }
    }

    /// <summary>Gives the buffer back; nothing may be read after this.</summary>
    public void Release() => _buffer.Release(_receiving);

    // What is in the buffer, without a system call.
    private bool TryTake(out ReadResult result)
    {
        var interrupted = TakeInterrupt();
        result = Result(interrupted);
        return interrupted || _ended || _buffer.HasNews;
    }

    private IOException Lost(Exception cause) =>
        new($"reading from {remote}: {(cause is SocketException refusal ? SocketWords.Of(refusal) : "connection aborted")}", cause);

    private ReadResult Result(bool interrupted) => new(_buffer.Unread, interrupted, _ended);

    private bool TakeInterrupt()
    {
        lock (_gate)
        {
            if (!_interrupted)
                return false;
            _interrupted = false;
            _interrupt = new CancellationTokenSource();
            return true;
        }
    }
}
