using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using Tell.Smtp.Network;

namespace Tell.Smtp.Tls;

/// <summary>
/// Reads a TLS stream as a pipe. The stream is never cancelled, since that would leave half a record behind: a read that is interrupted goes on
/// below, and the next one takes what it brought. A session that waits with nothing unread holds no buffer.
/// </summary>
internal sealed class TlsReader(SslStream tls, ConnectionStream plain, IPEndPoint remote, ArrayPool<byte> pool) : PipeReader
{
    private readonly Lock _gate = new();
    private ReadBuffer _buffer = new(pool);
    private bool _ended;
    private bool _drained;
    private bool _interrupted;
    private bool _woken;
    private volatile bool _receiving;
    private Exception? _lost;
    private Task _arrival = Task.CompletedTask;
    private TaskCompletionSource? _sleeper;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        TryTake(out var result) ? new(result) : WaitAsync(cancellationToken);

    /// <summary>
    /// Asks the plain connection, too: what has arrived unasked, or the end, shows here although nobody has waited for it. What is TLS's own,
    /// a session ticket, does not.
    /// </summary>
    public override bool TryRead(out ReadResult result)
    {
        // Asked for nothing, TLS would begin to wait, and what comes meanwhile would show a moment later than it is there.
        if (_drained && !_receiving && !HasNews && !PlainHasArrived())
        {
            result = default;
            return false;
        }
        return TryTake(out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _buffer.AdvanceTo(consumed, examined);

    public override void CancelPendingRead()
    {
        lock (_gate)
            _interrupted = true;
        Wake();
    }

    public override void Complete(Exception? exception = null)
    {
    }

    /// <summary>Waits for the end of a read that has been cancelled below, and gives the buffer back; nothing may be read after this.</summary>
    public async ValueTask ReleaseAsync()
    {
        await _arrival;
        _buffer.Release();
    }

    private bool HasNews
    {
        get
        {
            lock (_gate)
                return _interrupted || _ended || _buffer.HasNews;
        }
    }

    private async ValueTask<ReadResult> WaitAsync(CancellationToken cancellation)
    {
        using var waking = cancellation.UnsafeRegister(static reader => ((TlsReader)reader!).Wake(), this);
        ReadResult result;
        while (!TryTake(out result))
        {
            cancellation.ThrowIfCancellationRequested();
            await SleepAsync();
        }
        return result;
    }

    private bool TryTake(out ReadResult result)
    {
        if (!HasNews)
            Receive();
        lock (_gate)
        {
            var interrupted = _interrupted;
            _interrupted = false;
            result = new ReadResult(_buffer.Unread, interrupted, _ended);
            return interrupted || _ended || _buffer.HasNews;
        }
    }

    // Takes what TLS has; where it has nothing, it is left to wait.
    private void Receive()
    {
        if (_receiving)
            return;
        if (_lost is not null)
            throw Lost(_lost);
        try
        {
            if (_buffer.IsEmpty)
            {
                _buffer.Release();
                var first = tls.ReadAsync(Memory<byte>.Empty, CancellationToken.None);
                if (!IsThere(first, counted: false))
                    return;
                _ = first.Result;
            }
            _buffer.MakeRoom();
            var read = tls.ReadAsync(_buffer.Room, CancellationToken.None);
            if (IsThere(read, counted: true))
                Took(read.Result);
        }
        catch (Exception cause) when (IsLoss(cause))
        {
            _lost = cause;
            throw Lost(cause);
        }
    }

    private bool IsThere(ValueTask<int> read, bool counted)
    {
        if (read.IsCompleted)
            return true;
        _receiving = true;
        _arrival = ArriveAsync(read, counted);
        return false;
    }

    private async Task ArriveAsync(ValueTask<int> read, bool counted)
    {
        try
        {
            var length = await read;
            if (counted)
                Took(length);
        }
        catch (Exception cause) when (IsLoss(cause))
        {
            _lost = cause;
        }
        _receiving = false;
        Wake();
    }

    // While it is under way the buffer stays where it is, and what was there before may be looked at.
    private void Took(int length)
    {
        // RFC 8446 6.1: who does not say close_notify may have been cut off by somebody else.
        if (length == 0 && plain.Ended)
            throw new IOException("connection closed without close_notify");
        lock (_gate)
        {
            _drained = length < _buffer.Room.Length;
            _buffer.Add(length);
            _ended = length == 0;
        }
    }

    private bool PlainHasArrived()
    {
        try
        {
            return plain.HasArrived;
        }
        catch (Exception cause) when (IsLoss(cause))
        {
            _lost = cause;
            throw Lost(cause);
        }
    }

    private static bool IsLoss(Exception cause) => cause is IOException or ObjectDisposedException or InvalidOperationException;

    private IOException Lost(Exception cause) => new(TlsWords.Of("reading from", remote, cause), cause);

    private Task SleepAsync()
    {
        lock (_gate)
        {
            if (!_woken)
                return (_sleeper = new TaskCompletionSource()).Task;
            _woken = false;
            return Task.CompletedTask;
        }
    }

    private void Wake()
    {
        TaskCompletionSource? sleeper;
        lock (_gate)
        {
            (sleeper, _sleeper) = (_sleeper, null);
            _woken = sleeper is null;
        }
        sleeper?.SetResult();
    }
}
