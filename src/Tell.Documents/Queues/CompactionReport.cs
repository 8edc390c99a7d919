namespace Tell.Documents;

/// <summary>What a compaction did.</summary>
/// <param name="Store">The store's name for an operator.</param>
/// <param name="BytesBefore">Its size on disk before.</param>
/// <param name="BytesAfter">Its size on disk after.</param>
public sealed record CompactionReport(string Store, long BytesBefore, long BytesAfter);
