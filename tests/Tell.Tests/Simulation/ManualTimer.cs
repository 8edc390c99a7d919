namespace Tell.Tests.Simulation;

/// <summary>A timer of a <see cref="ManualTime"/>.</summary>
internal sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
{
    public static readonly IComparer<ManualTimer> ByTime = Comparer<ManualTimer>.Create((left, right) =>
        left.Due != right.Due ? left.Due.CompareTo(right.Due) : left.Order.CompareTo(right.Order));

    private bool _disposed;

    // The clock's own: the key in its set of armed timers, changed only while the timer is not in it.
    public DateTimeOffset Due { get; set; }

    public long Order { get; set; }

    public TimeSpan Period { get; private set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_disposed)
            return false;
        Period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
        time.Rearm(this, dueTime == Timeout.InfiniteTimeSpan ? null : dueTime);
        return true;
    }

    public void Fire() => callback(state);

    public void Dispose()
    {
        _disposed = true;
        time.Rearm(this, null);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
