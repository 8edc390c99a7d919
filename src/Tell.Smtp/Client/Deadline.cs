namespace Tell.Smtp.Client;

/// <summary>
/// The one timer of a session. Setting a deadline writes a number; the timer itself is armed again only when it fires early or the new
/// deadline is before the armed one, so that a session that goes well touches it about once per time limit and not once per command.
/// </summary>
internal sealed class Deadline : IDisposable
{
    private const long None = long.MaxValue;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Action _onExpired;
    private ITimer? _timer;
    private long _due = None, _armed = None, _since = None;
    private bool _disposed;

    public Deadline(TimeProvider time, Action onExpired) => (_time, _onExpired) = (time, onExpired);

    /// <summary>True from the moment a deadline passed.</summary>
    public bool Expired { get; private set; }

    /// <summary>How long the deadline that is set has been running; zero where none is.</summary>
    public TimeSpan Running
    {
        get
        {
            lock (_gate)
                return _since == None ? TimeSpan.Zero : _time.GetElapsedTime(_since);
        }
    }

    public void Set(TimeSpan limit)
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _since = _time.GetTimestamp();
            _due = limit < TimeSpan.Zero ? None : _since + (long)(limit.TotalSeconds * _time.TimestampFrequency);
            if (_due < _armed)
                Arm(limit);
        }
    }

    public void Clear()
    {
        lock (_gate)
            (_due, _since) = (None, None);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            (_disposed, _since) = (true, None);
            _timer?.Dispose();
        }
    }

    private void Arm(TimeSpan limit)
    {
        _armed = _due;
        _timer ??= _time.CreateTimer(static state => ((Deadline)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(limit, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _armed = None;
            if (_due == None || _disposed)
                return;
            var rest = _time.GetElapsedTime(_time.GetTimestamp(), _due);
            if (rest > TimeSpan.Zero)
            {
                // A timer may count milliseconds while the clock counts finer: never arm for less than one.
                Arm(rest < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : rest);
                return;
            }
            Expired = true;
        }
        _onExpired();
    }
}
