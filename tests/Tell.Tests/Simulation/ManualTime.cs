namespace Tell.Tests.Simulation;

/// <summary>
/// A clock that moves only when a test moves it. Timers fire in the order of their time, and at the same time in the order in which they
/// were armed; each one sees its own time as now. Safe to read from any thread; callbacks run on the thread that moves it.
/// </summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly SortedSet<ManualTimer> _armed = new(ManualTimer.ByTime);
    private readonly DateTimeOffset _start;
    private DateTimeOffset _now;
    private long _order;

    /// <summary>A clock that stands at <paramref name="start"/>; by default a Monday noon, far from the changes of summer time.</summary>
    public ManualTime(DateTimeOffset? start = null) =>
        _start = _now = start ?? new DateTimeOffset(2026, 2, 2, 12, 0, 0, TimeSpan.Zero);

    /// <summary>How far it has been moved.</summary>
    public TimeSpan Elapsed => GetUtcNow() - _start;

    /// <summary>The time of the earliest armed timer; null where there is none.</summary>
    public DateTimeOffset? NextTimer
    {
        get
        {
            lock (_gate)
                return _armed.Min?.Due;
        }
    }

    /// <summary>How many timers are armed: a session that leaves one behind is found here.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_gate)
                return _armed.Count;
        }
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock forward and fires what becomes due on the way.</summary>
    public void Advance(TimeSpan by) => AdvanceTo(GetUtcNow() + by);

    /// <summary>Moves the clock to a time that is not in its past and fires what becomes due on the way.</summary>
    public void AdvanceTo(DateTimeOffset target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(target, GetUtcNow());
        while (FireNext(target))
        {
        }
        lock (_gate)
            _now = target;
    }

    /// <summary>Moves the clock to the earliest timer and fires that one only; false, and nothing moved, where none is due by <paramref name="limit"/>.</summary>
    public bool FireNext(DateTimeOffset limit)
    {
        ManualTimer? timer;
        lock (_gate)
        {
            timer = _armed.Min;
            if (timer is null || timer.Due > limit)
                return false;
            _armed.Remove(timer);
            if (timer.Due > _now)
                _now = timer.Due;
            if (timer.Period > TimeSpan.Zero)
                Arm(timer, _now + timer.Period);
        }
        timer.Fire();
        return true;
    }

    internal void Rearm(ManualTimer timer, TimeSpan? dueTime)
    {
        lock (_gate)
        {
            _armed.Remove(timer);
            if (dueTime is { } due)
                Arm(timer, _now + due);
        }
    }

    private void Arm(ManualTimer timer, DateTimeOffset due)
    {
        (timer.Due, timer.Order) = (due, ++_order);
        _armed.Add(timer);
    }
}
