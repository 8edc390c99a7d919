namespace Tell.Documents.Sqlite;

/// <summary>What a content writer needs of its store.</summary>
internal interface IContentHost
{
    /// <summary>A content that begins.</summary>
    StagedContent Begin();

    /// <summary>Writes pieces of at most 64 KiB in their order; the last may be shorter.</summary>
    ValueTask WritePiecesAsync(StagedContent content, int first, ReadOnlyMemory<byte> octets, CancellationToken cancellation);

    /// <summary>Its writer is gone: what no document points at goes with it.</summary>
    ValueTask EndAsync(StagedContent content, bool pieces);
}
