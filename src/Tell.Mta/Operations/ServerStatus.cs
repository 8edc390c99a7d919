namespace Tell.Mta.Operations;

/// <summary>What SHOW SERVER tells.</summary>
public sealed record ServerStatus
{
    /// <summary>Our name.</summary>
    public required string Name { get; init; }

    /// <summary>The version.</summary>
    public required string Version { get; init; }

    /// <summary>The data directory.</summary>
    public required string Directory { get; init; }

    /// <summary>The addresses that are listened on, those for submission with what they are for: "192.0.2.1:587 (submission)".</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>How long the MTA has been loaded; null where it is not.</summary>
    public TimeSpan? Elapsed { get; init; }

    /// <summary>Documents that wait in any queue, or are on their way.</summary>
    public long PendingMail { get; init; }

    /// <summary>Dead documents in all queues.</summary>
    public long DeadMail { get; init; }

    /// <summary>Held documents in all queues.</summary>
    public long HeldMail { get; init; }

    /// <summary>Inbound sessions open.</summary>
    public long InboundSessions { get; init; }

    /// <summary>Outbound sessions open.</summary>
    public long OutboundSessions { get; init; }

    /// <summary>How mail is taken: "normal", or "slowed" or "refused" with the figures.</summary>
    public required string Intake { get; init; }

    /// <summary>When the next housekeeping is due; null where it is off.</summary>
    public DateTimeOffset? NextHousekeeping { get; init; }
}
