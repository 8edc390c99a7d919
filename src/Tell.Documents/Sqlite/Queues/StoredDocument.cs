namespace Tell.Documents.Sqlite;

/// <summary>A document as its row has it (without its lease, without attempts) and the fence of the row.</summary>
internal sealed record StoredDocument(Document Document, long Fence)
{
    /// <summary>The key of the row.</summary>
    public long Key => (long)Document.Id.High;
}
