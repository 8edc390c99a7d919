namespace Tell.Mta.Outbound;

/// <summary>
/// How many sessions a destination may have beside those that its peer is taken to bear, while the peer lets some of those wait: as many as wait, and each of
/// them later than the one before, so that a peer which stalls in every session, or bears no more of them, is asked seldom. What the operator
/// allows stays the limit. Not safe for concurrent use.
/// </summary>
internal sealed class SpareSessions
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(4);

    private TimeSpan _pause = OutboundServices.Patience;

    /// <summary>Before that time no further one is opened.</summary>
    public DateTimeOffset Next { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>The sessions that may be there.</summary>
    /// <param name="bears">Those that the peer is taken to bear.</param>
    /// <param name="limit">Those that are allowed.</param>
    /// <param name="open">Those that there are.</param>
    /// <param name="stalled">Those of them that wait for the peer.</param>
    /// <param name="now">The time.</param>
    public int Most(int bears, int limit, int open, int stalled, DateTimeOffset now)
    {
        if (stalled == 0)
        {
            Reset();
            return bears;
        }
        return Math.Max(bears, Math.Min(Math.Min(bears + stalled, limit), now >= Next ? open + 1 : open));
    }

    /// <summary>One more has been opened.</summary>
    public void Opened(DateTimeOffset now)
    {
        Next = now + _pause;
        _pause = 2 * _pause < LongestPause ? 2 * _pause : LongestPause;
    }

    /// <summary>The peer has answered for a message while there were more than it was taken to bear, or none waits: the next comes as soon as it is needed.</summary>
    public void Reset() => (Next, _pause) = (DateTimeOffset.MinValue, OutboundServices.Patience);
}
