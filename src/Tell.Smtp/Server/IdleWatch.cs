namespace Tell.Smtp.Server;

/// <summary>
/// The time limit of everything that a session awaits from its client: one timer a session, which is not touched at each wait but,
/// when it fires too early, set again to what is left.
/// </summary>
internal sealed class IdleWatch(TimeProvider clock, TimeSpan limit, Action expired) : IDisposable
{
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private long _since = clock.GetTimestamp();
    private bool _waiting;
    private bool _armed;
    private bool _disposed;

    private TimeSpan Left => limit - clock.GetElapsedTime(_since);

    /// <summary>True where the period has lasted as long as the limit.</summary>
    public bool IsOver => limit > TimeSpan.Zero && Left <= TimeSpan.Zero;

    /// <summary>A new period begins.</summary>
    public void Restart()
    {
        lock (_gate)
            _since = clock.GetTimestamp();
    }

    /// <summary>The session waits from now on; the callback comes when the period is over.</summary>
    public void Wait()
    {
        if (limit <= TimeSpan.Zero)
            return;
        lock (_gate)
        {
            _waiting = true;
            if (!_armed && !_disposed)
                Arm(Left);
        }
    }

    /// <summary>The session no longer waits: what it does now is its own time.</summary>
    public void Resume()
    {
        lock (_gate)
            _waiting = false;
    }

    /// <summary>No callback begins after this.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private void Arm(TimeSpan left)
    {
        _armed = true;
        var due = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        if (_timer is null)
            _timer = clock.CreateTimer(static state => ((IdleWatch)state!).Fire(), this, due, Timeout.InfiniteTimeSpan);
        else
            _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void Fire()
    {
        lock (_gate)
        {
            _armed = false;
            if (!_waiting || _disposed)
                return;
            if (!IsOver)
            {
                Arm(Left);
                return;
            }
        }
        expired();
    }
}
