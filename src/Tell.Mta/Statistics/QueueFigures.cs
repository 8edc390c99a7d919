using Tell.Documents;

namespace Tell.Mta.Statistics;

/// <summary>What the counts of the work queues add up to.</summary>
public static class QueueFigures
{
    /// <summary>The documents that wait in any queue, or are on their way.</summary>
    public static long Waiting(this IReadOnlyList<QueueCount> counts)
    {
        long waiting = 0;
        foreach (var count in counts)
        {
            if (count.State is DocumentState.Pending or DocumentState.LockedForXmit or DocumentState.Failure)
                waiting += count.Documents;
        }
        return waiting;
    }
}
