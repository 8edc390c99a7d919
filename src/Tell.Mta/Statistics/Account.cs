using Tell.Documents;

namespace Tell.Mta.Statistics;

/// <summary>The account of a channel or destination as operators see it.</summary>
/// <param name="Kind">What it is of.</param>
/// <param name="Name">The channel or destination.</param>
/// <param name="Traffic">What happened since it began.</param>
/// <param name="Stored">What waits in its queue or is on its way now: counted, never a difference.</param>
public sealed record Account(TrafficKind Kind, string Name, Traffic Traffic, Amount Stored)
{
    /// <summary>What belongs to no document; null for a destination.</summary>
    public Door? Door { get; init; }

    /// <summary>The messages whose time is in <see cref="Traffic.QueueTime"/>.</summary>
    public long Timed { get; init; }

    /// <summary>The times in milliseconds within which 50, 90 and 99 of 100 messages were out of the queue, to within a tenth; zero where none was, and for destinations.</summary>
    public (long P50, long P90, long P99) Percentiles { get; init; }

    /// <summary>The average time in the queue in milliseconds; 0 where nothing was delivered.</summary>
    public long Average => Timed == 0 ? 0 : Traffic.QueueTime / Timed;
}
