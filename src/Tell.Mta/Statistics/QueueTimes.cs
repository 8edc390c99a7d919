using System.Collections.Immutable;
using System.Globalization;

namespace Tell.Mta.Statistics;

/// <summary>
/// How long messages were in the queue of a channel: counters of classes that are each a fifth wider than the one before, so that a percentile is
/// known to within a tenth, survives a restart, and costs a message one counter.
/// </summary>
public static class QueueTimes
{
    /// <summary>What the names of the counters begin with; no other statistic does.</summary>
    internal const string Prefix = "MTA.QueueTime.";

    private const double Growth = 1.2;

    // Up to four months; what took longer counts as that.
    private const int Classes = 127;

    private static readonly ImmutableDictionary<string, string[]> Names = Channels.All.ToImmutableDictionary(
        channel => channel,
        channel => Enumerable.Range(0, Classes).Select(number => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{channel}.#{number:000}")).ToArray(),
        StringComparer.Ordinal);

    /// <summary>The counters of a channel, shortest time first.</summary>
    public static IReadOnlyList<string> CountersOf(string channel) => Names[channel];

    /// <summary>The counter of a time in milliseconds.</summary>
    internal static string CounterOf(string channel, long milliseconds) => Names[channel][ClassOf(milliseconds)];

    /// <summary>True for the name of such a counter: no statistic of its own.</summary>
    public static bool IsOne(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>How many messages the counters of a channel have.</summary>
    public static long Count(string channel, IReadOnlyDictionary<string, long> counters)
    {
        var count = 0L;
        foreach (var name in Names[channel])
            count += counters.GetValueOrDefault(name);
        return count;
    }

    /// <summary>The time in milliseconds within which that part (0 to 1) of the messages was done, to within a tenth; 0 where there is none.</summary>
    public static long Percentile(string channel, double part, IReadOnlyDictionary<string, long> counters)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(part * Count(channel, counters)));
        var seen = 0L;
        for (var number = 0; number < Classes; number++)
        {
            seen += counters.GetValueOrDefault(Names[channel][number]);
            if (seen >= wanted)
                return TimeOf(number);
        }
        return 0;
    }

    private static int ClassOf(long milliseconds) =>
        milliseconds <= 0 ? 0 : Math.Min(Classes - 1, 1 + (int)(Math.Log(milliseconds) / Math.Log(Growth)));

    // The middle of a class by its logarithm: as far from its ends on either side.
    private static long TimeOf(int number) => number == 0 ? 0 : (long)Math.Round(Math.Pow(Growth, number - 0.5));
}
