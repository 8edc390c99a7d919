namespace Tell.Mta.Inbound;

/// <summary>
/// How long the store takes for a commit: a moving average that forgets half at each look, so that it falls when nothing is committed any
/// more (mail that is refused for slowness would else be refused for ever). A commit that does not end counts for as long as nothing has.
/// </summary>
internal sealed class CommitLatency(TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _progress;
    private int _underway, _ended;
    private TimeSpan _sum, _average;

    /// <summary>A commit begins.</summary>
    public long Begin()
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            if (_underway++ == 0)
                _progress = now;
        }
        return now;
    }

    /// <summary>It has ended, however it ended.</summary>
    public void End(long begun)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            _underway--;
            _ended++;
            _sum += time.GetElapsedTime(begun, now);
            _progress = now;
        }
    }

    /// <summary>The average by now. Looks should be about evenly spaced.</summary>
    public TimeSpan Look()
    {
        lock (_gate)
        {
            var lately = _ended > 0 ? _sum / _ended : TimeSpan.Zero;
            (_sum, _ended) = (TimeSpan.Zero, 0);
            _average = (_average + lately) / 2;
            var stalled = _underway > 0 ? time.GetElapsedTime(_progress) : TimeSpan.Zero;
            return _average = stalled > _average ? stalled : _average;
        }
    }
}
