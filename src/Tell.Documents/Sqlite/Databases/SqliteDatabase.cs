using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Tell.Documents.Sqlite;

/// <summary>
/// A database in a file of its own. The object lives as long as its directory; the file is open while it is among those used lately.
/// </summary>
internal sealed class SqliteDatabase(string title, string path, DatabaseThread thread, TimeProvider time, Random random, ILogger logger)
    : IDatabase, IContentHost
{
    private const long ContentCache = 1 << 20;

    private readonly Contents _contents = new(ContentCache);
    private DatabaseFile? _file;
    private UnidSource? _ids;
    private long _version = 1;
    private int _closed;

    public string Title => title;

    public long Version => Interlocked.Read(ref _version);

    /// <summary>True while the file is open. On the database's thread only, as the next two.</summary>
    internal bool IsOpen => _file is not null;

    /// <summary>Serves a batch on the file, opening it first where it is not open.</summary>
    internal void Serve(IEnumerable<Operation> batch)
    {
        try
        {
            _file ??= OpenFile();
        }
        catch (StoreException failure)
        {
            foreach (var operation in batch)
                operation.Fail(failure);
            return;
        }
        _file.Serve(batch);
    }

    /// <summary>Closes the file until it is used again.</summary>
    internal void CloseFile()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <summary>Opens the file for the first time.</summary>
    internal async Task OpenAsync(CancellationToken cancellation) => await CallAsync(OperationKind.Read, () => true, cancellation);

    public Unid NewId() => _ids!.Next();

    public IContentWriter NewContent() => new SqliteContentWriter(this);

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(Content content, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (_contents.TryRecall(content.Id, out var recalled))
        {
            yield return recalled;
            yield break;
        }
        if (await CallAsync(OperationKind.Read, () => _file!.ContentTable.Octets(content.Id), cancellation) is { } octets)
        {
            yield return octets;
            yield break;
        }
        var size = 0L;
        var seq = 0;
        do
        {
            var at = seq++;
            var piece = await CallAsync(OperationKind.Read, () => _file!.ContentTable.Piece(content.Id, at), cancellation)
                ?? throw Contents.Gone(content);
            size += piece.Length;
            yield return piece;
        }
        while (size < content.Size);
    }

    public async ValueTask PutAsync(IReadOnlyList<Document> documents, CancellationToken cancellation)
    {
        var kept = documents.Select(Filed.Accept).ToArray();
        var details = Array.ConvertAll(kept, DetailWriter.WriteFiled);
        await CallAsync(OperationKind.Grow, () =>
        {
            _file!.Put(kept, details);
            return true;
        }, cancellation);
    }

    public ValueTask<Document?> GetAsync(Unid id, CancellationToken cancellation) => CallAsync(OperationKind.Read, () => _file!.Get(id), cancellation);

    public ValueTask<IReadOnlyList<Document>> ViewAsync(string? form, Unid? after, int most, CancellationToken cancellation) =>
        CallAsync(OperationKind.Read, () => _file!.View(form, after, most), cancellation);

    public ValueTask<bool> DeleteAsync(Unid id, CancellationToken cancellation) => CallAsync(OperationKind.Write, () => _file!.Delete(id), cancellation);

    public ValueTask<long> CountAsync(string? form, CancellationToken cancellation) => CallAsync(OperationKind.Read, () => _file!.Count(form), cancellation);

    public ValueTask<long> SizeAsync(CancellationToken cancellation) => CallAsync(OperationKind.Read, () => _file!.Size(), cancellation);

    /// <summary>Closes the database; its directory then opens a new object for it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        await thread.Thread.CallAsync(this, OperationKind.Alone, () => true, CancellationToken.None);
    }

    /// <summary>True where it was disposed.</summary>
    internal bool IsClosed => Volatile.Read(ref _closed) != 0;

    StagedContent IContentHost.Begin() => _contents.Begin(NewId());

    async ValueTask IContentHost.WritePiecesAsync(StagedContent content, int first, ReadOnlyMemory<byte> octets, CancellationToken cancellation) =>
        await CallAsync(OperationKind.Grow, () => content.WritePieces(_file!.ContentTable, first, octets), cancellation);

    async ValueTask IContentHost.EndAsync(StagedContent content, bool pieces)
    {
        _contents.End(content);
        if (!pieces || content.Stored)
            return;
        try
        {
            await CallAsync(OperationKind.Write, () => content.DeletePieces(_file!.ContentTable), CancellationToken.None);
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            // The next start removes them. Whoever disposes a writer after a full disk has heard of it from the write.
        }
    }

    private DatabaseFile OpenFile()
    {
        var file = new DatabaseFile(path, _contents, first: _ids is null, () => Interlocked.Increment(ref _version), logger);
        _ids ??= new UnidSource(time, random, file.LastId());
        return file;
    }

    private ValueTask<T> CallAsync<T>(OperationKind kind, Func<T> body, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        return thread.Thread.CallAsync(this, kind, body, cancellation);
    }
}
