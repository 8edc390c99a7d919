namespace Tell.Mta.Reports;

/// <summary>
/// How many reports may be made now (SMTPMTA_ReportRate): a bucket of tokens that holds those of six seconds and at least one. What must be told at once
/// may be taken ahead of time; others wait the longer. Not safe for concurrent use.
/// </summary>
internal sealed class ReportPace(TimeProvider time)
{
    private double _tokens;
    private int _rate = -1;
    private DateTimeOffset _at;

    /// <summary>How many, at so many a minute; 0 is no limit.</summary>
    public int Free(int rate)
    {
        if (rate == 0)
            return int.MaxValue;
        Fill(rate);
        return (int)Math.Max(0, Math.Floor(_tokens));
    }

    /// <summary>So many are made.</summary>
    public void Spend(int reports, int rate)
    {
        if (rate == 0)
            return;
        Fill(rate);
        _tokens -= reports;
    }

    /// <summary>When it is worth while to go on: with half a bucket, so that a storm is read in large pieces, and not before a second has passed.</summary>
    public DateTimeOffset Next(int rate)
    {
        if (rate == 0)
            return time.GetUtcNow();
        Fill(rate);
        var missing = Math.Max(1, Burst(rate) / 2) - _tokens;
        return missing <= 0 ? _at + TimeSpan.FromSeconds(1) : _at + TimeSpan.FromTicks((long)Math.Ceiling(missing * TimeSpan.TicksPerMinute / rate));
    }

    private static int Burst(int rate) => Math.Max(1, rate / 10);

    private void Fill(int rate)
    {
        var now = time.GetUtcNow();
        // Another rate begins with a full bucket.
        if (rate != _rate)
            (_rate, _tokens) = (rate, Burst(rate));
        else
            _tokens = Math.Min(Burst(rate), _tokens + (now - _at).TotalMinutes * rate);
        _at = now;
    }
}
