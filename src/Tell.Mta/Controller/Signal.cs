namespace Tell.Mta.Controller;

/// <summary>
/// Wakes one waiting loop, or lets it go on at a given time. A set that nobody waits for is remembered once. Set may be called from any
/// thread and never runs the waiter's code; only one loop may wait.
/// </summary>
/// <remarks>
/// Not SemaphoreSlim or Task.WaitAsync: they read the wall clock or complete on the thread pool, and a simulator that runs the whole
/// MTA on one thread would see an idle moment that is none.
/// </remarks>
public sealed class Signal : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private TaskCompletionSource<bool>? _waiter;
    private bool _set;

    /// <summary>A signal that is not set.</summary>
    public Signal(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static state => ((Signal)state!).TakeWaiter()?.TrySetResult(false), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Wakes the waiter, or the next one to come.</summary>
    public void Set()
    {
        TaskCompletionSource<bool>? waiter;
        lock (_gate)
        {
            waiter = _waiter;
            _waiter = null;
            _set |= waiter is null;
        }
        waiter?.TrySetResult(true);
    }

    /// <summary>True when set; false when <paramref name="until"/> has come first. Null waits for as long as it takes.</summary>
    public async ValueTask<bool> WaitAsync(DateTimeOffset? until, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        TaskCompletionSource<bool> waiter;
        lock (_gate)
        {
            if (_set)
            {
                _set = false;
                return true;
            }
            waiter = _waiter = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        if (until is { } end)
        {
            var length = end - _time.GetUtcNow();
            // A timer takes 49 days at most; whoever waits longer wakes up once in between.
            _timer.Change(length <= TimeSpan.Zero ? TimeSpan.Zero : length < TimeSpan.FromDays(40) ? length : TimeSpan.FromDays(40), Timeout.InfiniteTimeSpan);
        }
        using var registration = cancellation.UnsafeRegister(static (state, token) => ((Signal)state!).TakeWaiter()?.TrySetCanceled(token), this);
        try
        {
            return await waiter.Task;
        }
        finally
        {
            if (until is not null)
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>True when set; false when that much time has passed first.</summary>
    public ValueTask<bool> WaitAsync(TimeSpan length, CancellationToken cancellation) => WaitAsync(_time.GetUtcNow() + length, cancellation);

    /// <summary>Ends the timer.</summary>
    public void Dispose() => _timer.Dispose();

    private TaskCompletionSource<bool>? TakeWaiter()
    {
        lock (_gate)
        {
            var waiter = _waiter;
            _waiter = null;
            return waiter;
        }
    }
}
