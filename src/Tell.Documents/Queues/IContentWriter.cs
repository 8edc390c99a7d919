namespace Tell.Documents;

/// <summary>
/// Takes in the octets of one content. Its memory does not grow with them: what does not fit a small buffer goes to the store at once.
/// Not safe for concurrent use.
/// </summary>
public interface IContentWriter : IAsyncDisposable
{
    /// <summary>How many octets it has taken.</summary>
    long Size { get; }

    /// <summary>Takes octets; they are copied before it completes.</summary>
    /// <exception cref="StoreException">The store cannot take them, for example because the disk is full.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation);

    /// <summary>
    /// Ends the content. It is on stable storage when a put or settle of a document that points at it has completed; without one it
    /// is gone when the writer is disposed, or at the latest at the next start.
    /// </summary>
    ValueTask<Content> CompleteAsync(CancellationToken cancellation);
}
