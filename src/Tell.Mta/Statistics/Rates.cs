using System.Collections.Immutable;
using Tell.Documents;

namespace Tell.Mta.Statistics;

/// <summary>
/// How much happened in the last 1, 5 and 15 minutes, per hour: 100 in one minute are 6000, 1200 and 400 (facts: sun-cisco C6). Counted from the
/// counters of what is on stable storage, second by second; in memory only, since after a restart nothing has happened yet.
/// </summary>
public sealed class Rates(TimeProvider time)
{
    private const int Kinds = 6, Seconds = 15 * 60;

    private readonly Lock _gate = new();
    private readonly long _begun = time.GetTimestamp();
    private readonly long[] _stamps = new long[Seconds];
    private readonly long[] _counts = new long[Seconds * Kinds];

    /// <summary>The lengths of time that rates are told of, in minutes.</summary>
    public static ImmutableArray<int> Minutes { get; } = [1, 5, 15];

    private long Second => 1 + (long)time.GetElapsedTime(_begun).TotalSeconds;

    /// <summary>What happened in the last so many minutes, per hour.</summary>
    public long PerHour(RateKind kind, int minutes)
    {
        var second = Second;
        var sum = 0L;
        lock (_gate)
        {
            for (var i = 0; i < Seconds; i++)
            {
                if (_stamps[i] > second - minutes * 60 && _stamps[i] <= second)
                    sum += _counts[i * Kinds + (int)kind];
            }
        }
        return sum * 60 / minutes;
    }

    /// <summary>These counters have changed, and it is on stable storage. What makes one less has not happened: an operator begins a count again.</summary>
    internal void Add(ReadOnlySpan<CounterChange> counters)
    {
        Span<long> sums = stackalloc long[Kinds];
        sums.Clear();
        var any = false;
        foreach (var (name, delta) in counters)
        {
            if (delta <= 0)
                continue;
            switch (name)
            {
                case Stat.Received or Stat.Submitted:
                    sums[(int)RateKind.Received] += delta;
                    break;
                case Stat.ReceivedRecipients or Stat.SubmittedRecipients:
                    sums[(int)RateKind.ReceivedRecipients] += delta;
                    break;
                case Stat.Deferred:
                    sums[(int)RateKind.SoftBounced] += delta;
                    break;
                case Stat.FailedRecipients:
                    sums[(int)RateKind.HardBounced] += delta;
                    sums[(int)RateKind.Completed] += delta;
                    break;
                case Stat.DeliveredRecipients or Stat.Filed:
                    sums[(int)RateKind.Delivered] += delta;
                    sums[(int)RateKind.Completed] += delta;
                    break;
                case Stat.RemovedRecipients:
                    sums[(int)RateKind.Completed] += delta;
                    break;
                default:
                    continue;
            }
            any = true;
        }
        if (any)
            Add(sums);
    }

    private void Add(ReadOnlySpan<long> sums)
    {
        var second = Second;
        var slot = (int)(second % Seconds);
        lock (_gate)
        {
            var counts = _counts.AsSpan(slot * Kinds, Kinds);
            if (_stamps[slot] != second)
            {
                counts.Clear();
                _stamps[slot] = second;
            }
            for (var i = 0; i < Kinds; i++)
                counts[i] += sums[i];
        }
    }
}
