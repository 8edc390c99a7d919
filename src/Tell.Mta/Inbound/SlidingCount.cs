namespace Tell.Mta.Inbound;

/// <summary>
/// Counts what happened within a window that slides in fifths. The sum covers the whole window and up to a fifth more: a limit that is held
/// against it is passed in no window, wherever it begins, and who has reached it waits at most a fifth longer than needed. Not safe for
/// concurrent use.
/// </summary>
internal struct SlidingCount
{
    private const int Steps = 5;

    // Made at the first addition: most clients never need most counts.
    private long[]? _buckets;
    private long _step;
    private TimeSpan _window;

    /// <summary>What was added within the window that ends now.</summary>
    public long Sum(DateTimeOffset now, TimeSpan window)
    {
        if (_buckets is null)
            return 0;
        Turn(now, window);
        long sum = 0;
        foreach (var bucket in _buckets)
            sum += bucket;
        return sum;
    }

    /// <summary>Adds.</summary>
    public void Add(long amount, DateTimeOffset now, TimeSpan window)
    {
        _buckets ??= new long[Steps + 1];
        Turn(now, window);
        _buckets[_step % _buckets.Length] += amount;
    }

    // Another window length begins anew: what was counted cannot be told apart any finer.
    private void Turn(DateTimeOffset now, TimeSpan window)
    {
        var step = now.UtcTicks / Math.Max(1, window.Ticks / Steps);
        if (window != _window || step - _step > Steps)
            Array.Clear(_buckets!);
        else
        {
            for (var passed = _step + 1; passed <= step; passed++)
                _buckets![passed % _buckets.Length] = 0;
        }
        // A clock that was set back goes on counting in the newest bucket.
        _step = window == _window ? Math.Max(_step, step) : step;
        _window = window;
    }
}
