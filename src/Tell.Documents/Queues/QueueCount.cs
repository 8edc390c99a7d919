namespace Tell.Documents;

/// <summary>How many documents of a queue are in a state.</summary>
public readonly record struct QueueCount(WorkQueue Queue, DocumentState State, long Documents);
