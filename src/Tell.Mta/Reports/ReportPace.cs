namespace Tell.Mta.Reports;

/// <summary>
/// SMTPMTA_ReportRate: how many reports of one sort may be made now, or when the next one may leave. Forgets in a restart. Not safe for concurrent use.
/// </summary>
internal sealed class ReportPace(TimeProvider time)
{
    private DateTimeOffset _end;
    private int _rate = -1;

    /// <summary>How many, at so many a minute; 0 is no limit.</summary>
    public int Free(int rate) => rate == 0 ? int.MaxValue : Of(rate).Free(_end, time.GetUtcNow());

    /// <summary>So many are made; more than were free make the others wait the longer.</summary>
    public void Spend(int reports, int rate)
    {
        for (var i = 0; i < reports; i++)
            Take(rate);
    }

    /// <summary>Takes the turn of a report that is made already; not later than now where it may leave at once.</summary>
    public DateTimeOffset Take(int rate) => rate == 0 ? time.GetUtcNow() : Of(rate).Take(ref _end, time.GetUtcNow());

    /// <summary>A turn is not needed after all.</summary>
    public void Return(int rate)
    {
        if (rate > 0)
            _end -= Of(rate).Step;
    }

    /// <summary>When it is worth while to go on: with half of what may go at once, so that a storm is read in large pieces, and not before a second has passed.</summary>
    public DateTimeOffset Next(int rate)
    {
        var now = time.GetUtcNow();
        if (rate == 0)
            return now;
        var flow = Of(rate);
        var half = flow.WhenFree(Math.Max(1, flow.Burst / 2), _end);
        return half > now ? half : now + TimeSpan.FromSeconds(1);
    }

    // Another rate begins afresh.
    private Flow Of(int rate)
    {
        if (rate != _rate)
            (_rate, _end) = (rate, time.GetUtcNow());
        return Flow.OfMinute(rate);
    }
}
