using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Mta.Outbound;

/// <summary>
/// A bounce profile (facts: sun-cisco C5), as it stands in NAMES: how long mail is tried, how often, when its sender is warned (the notices of
/// facts sun-cisco A7), and who is told. What is null is said elsewhere: <see cref="RetryLayers"/> has the order.
/// </summary>
/// <param name="Name">Its name; <see cref="DefaultName"/> is that of all mail.</param>
public sealed record BounceProfile(string Name)
{
    /// <summary>The name of the profile that all others fall back on.</summary>
    public const string DefaultName = "DEFAULT";

    /// <summary>The waits between attempts; the last repeats.</summary>
    public ByPriority<ImmutableArray<TimeSpan>> RetryIntervals { get; init; }

    /// <summary>The age at which mail is given up.</summary>
    public ByPriority<TimeSpan> ExpireAfter { get; init; }

    /// <summary>The ages at which its sender is warned, rising; empty for never.</summary>
    public ByPriority<ImmutableArray<TimeSpan>> Warnings { get; init; }

    /// <summary>The most attempts; 0 for no limit.</summary>
    public int? MostAttempts { get; init; }

    /// <summary>Who is told in the place of the sender.</summary>
    public Mailbox? ReportTo { get; init; }
}
