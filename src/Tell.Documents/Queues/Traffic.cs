namespace Tell.Documents;

/// <summary>
/// The account of a channel or destination: sums of events, in the words of the Mail Monitoring MIB as Sun's counters have them (seed 004). What is stored is
/// not among them: that is counted (<see cref="IQueueStore.StoredAsync"/>).
/// </summary>
public sealed record Traffic
{
    /// <summary>Nothing.</summary>
    public static Traffic None { get; } = new();

    /// <summary>Put into the channel's queue.</summary>
    public Amount Received { get; init; }

    /// <summary>Taken out of it for good: delivered, or given back.</summary>
    public Amount Delivered { get; init; }

    /// <summary>Of them, messages at the first attempt.</summary>
    public long DeliveredFirst { get; init; }

    /// <summary>Put by the channel into the queue of any other.</summary>
    public Amount Submitted { get; init; }

    /// <summary>Tried, and failed for now.</summary>
    public Amount Attempted { get; init; }

    /// <summary>Refused at the door.</summary>
    public Amount Rejected { get; init; }

    /// <summary>Given up for good.</summary>
    public Amount Failed { get; init; }

    /// <summary>The milliseconds that delivered messages spent in the queue, together.</summary>
    public long QueueTime { get; init; }

    /// <summary>The same for those that were delivered at the first attempt.</summary>
    public long QueueTimeFirst { get; init; }

    /// <summary>Inbound associations (connections).</summary>
    public long InAssociations { get; init; }

    /// <summary>Outbound associations.</summary>
    public long OutAssociations { get; init; }

    /// <summary>The sum, field by field.</summary>
    public static Traffic operator +(Traffic one, Traffic other) => new()
    {
        Received = one.Received + other.Received,
        Delivered = one.Delivered + other.Delivered,
        DeliveredFirst = one.DeliveredFirst + other.DeliveredFirst,
        Submitted = one.Submitted + other.Submitted,
        Attempted = one.Attempted + other.Attempted,
        Rejected = one.Rejected + other.Rejected,
        Failed = one.Failed + other.Failed,
        QueueTime = one.QueueTime + other.QueueTime,
        QueueTimeFirst = one.QueueTimeFirst + other.QueueTimeFirst,
        InAssociations = one.InAssociations + other.InAssociations,
        OutAssociations = one.OutAssociations + other.OutAssociations,
    };
}
