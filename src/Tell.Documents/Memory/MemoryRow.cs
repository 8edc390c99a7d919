namespace Tell.Documents.Memory;

/// <summary>A document of a queue with its fence and lease. <see cref="Document"/> is as it would be without the lease, attempts filled.</summary>
internal sealed class MemoryRow(Document document)
{
    /// <summary>The document.</summary>
    public Document Document { get; set; } = document;

    /// <summary>The fence of the last take or settle.</summary>
    public long Fence { get; set; }

    /// <summary>When the lease ends; null where there is none. A lease that has ended can still settle until somebody takes the document.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>True where somebody has it.</summary>
    public bool IsTaken(DateTimeOffset now) => LeasedUntil > now;

    /// <summary>True where it can be taken now or later.</summary>
    public bool IsWaiting(DateTimeOffset now) => Document.Due is not null && !IsTaken(now);

    /// <summary>The document as readers see it: what is taken has no due time, and in SMTPOBWQ is LockedForXmit.</summary>
    public Document Shown(DateTimeOffset now) => !IsTaken(now) ? Document : Document with
    {
        Due = null,
        State = Document.Queue == WorkQueue.Outbound ? DocumentState.LockedForXmit : Document.State,
    };
}
