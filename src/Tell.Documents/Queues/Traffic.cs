namespace Tell.Documents;

/// <summary>
/// The account of a channel or destination: sums of events, in the words of the Mail Monitoring MIB as Sun's counters have them (seed 004). What is stored is
/// not among them: that is counted (<see cref="IQueueStore.StoredAsync"/>). Nor is what belongs to no document, as refusals and connections: those are counters.
/// </summary>
public record struct Traffic
{
    /// <summary>Put into the channel's queue.</summary>
    public Amount Received { get; set; }

    /// <summary>Taken out of it for good: delivered, or given back.</summary>
    public Amount Delivered { get; set; }

    /// <summary>Of them, messages at the first attempt.</summary>
    public long DeliveredFirst { get; set; }

    /// <summary>Put by the channel into the queue of any other.</summary>
    public Amount Submitted { get; set; }

    /// <summary>Tried, and failed for now.</summary>
    public Amount Attempted { get; set; }

    /// <summary>Given up for good.</summary>
    public Amount Failed { get; set; }

    /// <summary>The milliseconds that delivered messages spent in the queue, together.</summary>
    public long QueueTime { get; set; }

    /// <summary>The same for those that were delivered at the first attempt.</summary>
    public long QueueTimeFirst { get; set; }

    /// <summary>The sum, field by field.</summary>
    public static Traffic operator +(Traffic one, Traffic other) => new()
    {
        Received = one.Received + other.Received,
        Delivered = one.Delivered + other.Delivered,
        DeliveredFirst = one.DeliveredFirst + other.DeliveredFirst,
        Submitted = one.Submitted + other.Submitted,
        Attempted = one.Attempted + other.Attempted,
        Failed = one.Failed + other.Failed,
        QueueTime = one.QueueTime + other.QueueTime,
        QueueTimeFirst = one.QueueTimeFirst + other.QueueTimeFirst,
    };
}
