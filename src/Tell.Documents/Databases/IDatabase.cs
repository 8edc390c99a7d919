namespace Tell.Documents;

/// <summary>
/// A database of documents that wait for nothing: NAMES, a mail file. A put completes when it is on stable storage. All members may be
/// called concurrently. Every verb throws <see cref="StoreException"/> where the environment fails; nothing has changed then.
/// </summary>
public interface IDatabase : IAsyncDisposable
{
    /// <summary>The name, for example "names" or "mail/ada".</summary>
    string Title { get; }

    /// <summary>A new id.</summary>
    Unid NewId();

    /// <summary>Begins a content.</summary>
    IContentWriter NewContent();

    /// <summary>The octets of a content, in pieces of at most 64 KiB; each piece is valid until the next is asked for.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(Content content, CancellationToken cancellation);

    /// <summary>Puts documents, all or none; one with the id of an existing document takes its place.</summary>
    ValueTask PutAsync(IReadOnlyList<Document> documents, CancellationToken cancellation);

    /// <summary>The document with that id; null where there is none.</summary>
    ValueTask<Document?> GetAsync(Unid id, CancellationToken cancellation);

    /// <summary>Documents of a form (null: of all) after <paramref name="after"/>, in the order of their ids.</summary>
    ValueTask<IReadOnlyList<Document>> ViewAsync(string? form, Unid? after, int most, CancellationToken cancellation);

    /// <summary>Removes a document; false where there is none.</summary>
    ValueTask<bool> DeleteAsync(Unid id, CancellationToken cancellation);

    /// <summary>How many documents of a form (null: of all) there are.</summary>
    ValueTask<long> CountAsync(string? form, CancellationToken cancellation);

    /// <summary>
    /// The octets of all documents: contents, once for each document that points at them, and items. Looks at no document after the first call.
    /// </summary>
    ValueTask<long> SizeAsync(CancellationToken cancellation);

    /// <summary>A number that changes with every put and delete: to see cheaply whether anything is new.</summary>
    long Version { get; }
}
