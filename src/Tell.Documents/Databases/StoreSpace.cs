namespace Tell.Documents;

/// <summary>The room that the stores have.</summary>
/// <param name="Free">The octets that new documents may take: what is free on the disk, and what the work queues' own file can use again.</param>
/// <param name="Total">The size of the disk in octets.</param>
public readonly record struct StoreSpace(long Free, long Total);
