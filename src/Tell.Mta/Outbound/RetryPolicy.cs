using System.Collections.Immutable;
using Tell.Documents;

namespace Tell.Mta.Outbound;

/// <summary>How long and how often mail of one priority is tried, and when its sender is warned. Pure.</summary>
/// <param name="Intervals">The waits between attempts, at least one; the last repeats.</param>
/// <param name="ExpireAfter">The age at which it is given up.</param>
/// <param name="Warnings">The ages at which its sender is warned, rising; those that it does not live to see say nothing.</param>
/// <param name="MostAttempts">The most attempts; 0 for no limit.</param>
public sealed record RetryPolicy(ImmutableArray<TimeSpan> Intervals, TimeSpan ExpireAfter, ImmutableArray<TimeSpan> Warnings, int MostAttempts)
{
    /// <summary>The wait after the given number of failures, at least 1.</summary>
    public TimeSpan After(int failures) => RetrySchedule.After(failures, Intervals);

    /// <summary>When the document is given up: for its age, or earlier where its sender wants it back by then (RFC 2852 4.1.2, mode R).</summary>
    public DateTimeOffset EndOf(Document document)
    {
        var aged = At(document.AgeFrom, ExpireAfter);
        return document.Envelope is { DeliverByReturns: true, DeliverBy: { } by } && by < aged ? by : aged;
    }

    /// <summary>True where the next attempt is the last that the document has. One that was released begins anew, as far as its history tells.</summary>
    public bool IsLast(Document document)
    {
        if (MostAttempts == 0)
            return false;
        var made = document.Releases == 0 || document.Attempts.IsEmpty
            ? document.AttemptCount
            : document.Attempts.Count(attempt => attempt.Time >= document.AgeFrom);
        return made + 1 >= MostAttempts;
    }

    /// <summary>When the sender of a document is to be told that it is late, in order: at the ages, and by the time that the sender named (RFC 2852 4.1.2, mode N).</summary>
    public ImmutableArray<DateTimeOffset> NoticesOf(Document document)
    {
        var end = EndOf(document);
        var times = Warnings.Select(age => At(document.AgeFrom, age));
        if (DeadlineOf(document) is { } by)
            times = times.Append(by);
        return [.. times.Where(time => time < end).Distinct().Order()];
    }

    /// <summary>By when the sender of a document wants to be told that it is late (RFC 2852 4.1.2, mode N); null where it did not say.</summary>
    public static DateTimeOffset? DeadlineOf(Document document) => document.Envelope is { DeliverByReturns: false, DeliverBy: { } by } ? by : null;

    // An age of millions of years is written as easily as one of days.
    private static DateTimeOffset At(DateTimeOffset from, TimeSpan age) => age < DateTimeOffset.MaxValue - from ? from + age : DateTimeOffset.MaxValue;
}
