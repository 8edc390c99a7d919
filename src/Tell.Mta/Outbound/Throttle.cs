namespace Tell.Mta.Outbound;

/// <summary>
/// The recipients that a destination got lately, and the slot time of the next ones: in no stretch of time as long as the window are there
/// more than the limit, wherever it begins. Time is counted in sixtieths of the window. Mail and reports to the same hosts share one. Safe for
/// concurrent use.
/// </summary>
internal sealed class Throttle
{
    private const int Parts = 60;

    private readonly Lock _gate = new();
    private readonly Queue<(long Part, int Recipients)> _spent = new();
    private TimeSpan _window;
    private long _sum;

    /// <summary>Tells whether mail waits that could go now; null where no mail ever went. Asked without any lock of this.</summary>
    public Func<DateTimeOffset, bool>? MailWaits { get; set; }

    /// <summary>How many recipients may go now.</summary>
    public int Free(DateTimeOffset now, int limit, TimeSpan window)
    {
        lock (_gate)
        {
            Forget(now, window);
            return (int)Math.Max(0, limit - _sum);
        }
    }

    /// <summary>
    /// When a message with so many recipients may go; not later than now where it may go at once. One with more than the limit goes when
    /// nothing else went in the whole window.
    /// </summary>
    public DateTimeOffset Slot(DateTimeOffset now, int recipients, int limit, TimeSpan window)
    {
        lock (_gate)
        {
            Forget(now, window);
            var over = _sum + recipients - limit;
            if (over <= 0 || _sum == 0)
                return now;
            foreach (var (part, spent) in _spent)
            {
                over -= spent;
                if (over <= 0)
                    return End(part);
            }
            return End(_spent.Last().Part);
        }
    }

    /// <summary>So many go now; false, and nothing is spent, where they may not.</summary>
    public bool TrySpend(DateTimeOffset now, int recipients, int limit, TimeSpan window)
    {
        lock (_gate)
        {
            if (Slot(now, recipients, limit, window) > now)
                return false;
            _spent.Enqueue((Part(now), recipients));
            _sum += recipients;
            return true;
        }
    }

    // What went in the course of a part counts until a whole window after the end of it.
    private DateTimeOffset End(long part) => new((part + 1 + Parts) * (_window.Ticks / Parts), TimeSpan.Zero);

    private long Part(DateTimeOffset time) => time.UtcTicks / (_window.Ticks / Parts);

    private void Forget(DateTimeOffset now, TimeSpan window)
    {
        if (window != _window)
        {
            // Another window counts in other parts: the operator's change begins a new one.
            (_window, _sum) = (window, 0);
            _spent.Clear();
        }
        while (_spent.TryPeek(out var oldest) && End(oldest.Part) <= now)
            _sum -= _spent.Dequeue().Recipients;
    }
}
