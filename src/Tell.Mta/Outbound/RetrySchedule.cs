using System.Collections.Immutable;

namespace Tell.Mta.Outbound;

/// <summary>When to try again: intervals, of which the last repeats.</summary>
public static class RetrySchedule
{
    /// <summary>The wait after the given number of failures, at least 1.</summary>
    public static TimeSpan After(int failures, ImmutableArray<TimeSpan> intervals) =>
        intervals[Math.Clamp(failures - 1, 0, intervals.Length - 1)];
}
