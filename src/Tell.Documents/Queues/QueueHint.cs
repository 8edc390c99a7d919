namespace Tell.Documents;

/// <summary>News from a queue; only ever a hint, so a reader that misses one finds the work at its next poll.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Destination">The lane.</param>
/// <param name="Due">For Waiting: when the document can be taken.</param>
public readonly record struct QueueHint(WorkQueue Queue, QueueHintKind Kind, string Destination, DateTimeOffset Due);
