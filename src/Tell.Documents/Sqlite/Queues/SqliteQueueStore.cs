using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Tell.Documents.Sqlite;

/// <summary>
/// The work queues in queues.db. Each verb becomes an operation for the one writing thread, or for one of the reading threads where it
/// only looks. Checks and serialisation are done on the caller's thread.
/// </summary>
internal sealed partial class SqliteQueueStore : IQueueStore, IContentHost
{
    // What one transaction of MakeDue changes, so that flushing a large backlog does not hold up mail for its whole length.
    private const int MakeDueStep = 1000;

    private readonly TimeProvider _time;
    private readonly Watchers _watchers = new();
    private readonly StoreThread _thread;
    private readonly QueueReader[] _readers = new QueueReader[2];
    private QueueFile _file = null!;
    private Verbs _verbs = null!;
    private uint _turn;
    private int _closed;

    private SqliteQueueStore(TimeProvider time)
    {
        _time = time;
        _thread = new StoreThread("queues.db", batch =>
        {
            // The first batch holds only the opening, before there is a file.
            if (_file is null)
                Open(batch);
            else
                _file.Serve(batch);
        });
    }

    /// <summary>Opens the store in the file.</summary>
    public static async Task<SqliteQueueStore> OpenAsync(string path, TimeProvider time, Random random, ILogger logger, CancellationToken cancellation)
    {
        var store = new SqliteQueueStore(time);
        try
        {
            await store._thread.CallAsync(null, OperationKind.Alone, () =>
            {
                var file = new QueueFile(path, time, random, store._watchers, logger);
                try
                {
                    for (var i = 0; i < store._readers.Length; i++)
                        store._readers[i] = new QueueReader(file, $"queues.db reader {i + 1}");
                }
                catch
                {
                    file.Dispose();
                    throw;
                }
                store._verbs = new Verbs(file, time);
                store._file = file;
                return true;
            }, cancellation);
            return store;
        }
        catch
        {
            foreach (var reader in store._readers.OfType<QueueReader>())
                await reader.CloseAsync();
            await store._thread.CloseAsync();
            throw;
        }
    }

    /// <summary>The octets of the file that hold nothing now.</summary>
    public long Reusable => _file.Reusable;

    public Unid NewId() => _file.Ids.Next();

    public IContentWriter NewContent() => new SqliteContentWriter(this);

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(Content content, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (_file.Contents.TryRecall(content.Id, out var recalled))
        {
            yield return recalled;
            yield break;
        }
        var (octets, found) = await ReadAsync(reader => reader.Content(content.Id), cancellation);
        if (octets is not null)
        {
            _file.Contents.Remember(content.Id, octets);
            yield return octets;
            yield break;
        }
        if (!found)
            throw Contents.Gone(content);
        var size = 0L;
        for (var seq = 0; size < content.Size; seq++)
        {
            var at = seq;
            var piece = await ReadAsync(reader => reader.Piece(content.Id, at), cancellation) ?? throw Contents.Gone(content);
            size += piece.Length;
            yield return piece;
        }
    }

    public async ValueTask PutAsync(IReadOnlyList<Document> documents, IReadOnlyList<CounterChange> counters, CancellationToken cancellation)
    {
        var drafts = Draft.Of(documents, _time.GetUtcNow());
        await _thread.CallAsync(null, OperationKind.Grow, () =>
        {
            _verbs.Put(drafts, counters);
            return true;
        }, cancellation);
    }

    public ValueTask<Unid> PutOnceAsync(
        Document document, Fingerprint fingerprint, DateTimeOffset until, IReadOnlyList<CounterChange> counters, CancellationToken cancellation)
    {
        Draft[] draft = [Draft.Of(document, _time.GetUtcNow())];
        return _thread.CallAsync(null, OperationKind.Grow, () => _verbs.PutOnce(draft, fingerprint, until, counters), cancellation);
    }

    public void Forget(Fingerprint fingerprint)
    {
        ObjectDisposedException.ThrowIf(_closed != 0, this);
        _file.Fingerprints.Forget(fingerprint);
    }

    public ValueTask<IReadOnlyList<Lease>> TakeAsync(WorkQueue queue, string destination, int most, TimeSpan lease, CancellationToken cancellation) =>
        _thread.CallAsync(null, OperationKind.Read, () => _verbs.Take(queue, destination, most, lease), cancellation);

    public ValueTask<IReadOnlyList<Lease>> ReadAgedAsync(WorkQueue queue, DateTimeOffset after, DateTimeOffset until, int most, CancellationToken cancellation) =>
        ReadAsync(reader => reader.Aged(queue, after, until, most), cancellation);

    public ValueTask<bool> RenewAsync(Lease lease, TimeSpan length, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_closed != 0, this);
        return ValueTask.FromResult(_file.Leases.Renew((long)lease.Document.Id.High, lease.Fence, length));
    }

    public ValueTask<IReadOnlyList<bool>> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellation)
    {
        var steps = SettlementStep.Of(settlements, _time.GetUtcNow());
        return _thread.CallAsync(null, OperationKind.Write, () => _verbs.Settle(steps), cancellation);
    }

    public ValueTask<IReadOnlyList<Lease>> ReadFinishedAsync(WorkQueue queue, DocumentState state, Unid? after, int most, CancellationToken cancellation) =>
        _thread.CallAsync(null, OperationKind.Read, () => _verbs.ReadFinished(queue, state, after, most), cancellation);

    public ValueTask<Document?> GetAsync(Unid id, CancellationToken cancellation) => ReadAsync(reader => reader.Get(id), cancellation);

    public ValueTask<Lease?> ReadLeaseAsync(Unid id, CancellationToken cancellation) =>
        _thread.CallAsync(null, OperationKind.Read, () => _verbs.ReadLease(id), cancellation);

    public ValueTask<IReadOnlyList<Document>> ViewAsync(QueueView view, CancellationToken cancellation) =>
        ReadAsync(reader => reader.View(view), cancellation);

    public ValueTask<IReadOnlyList<Lane>> LanesAsync(WorkQueue queue, CancellationToken cancellation) =>
        ReadAsync(reader => reader.Lanes(queue), cancellation);

    public ValueTask<DateTimeOffset?> NextDueAsync(WorkQueue queue, string destination, CancellationToken cancellation) =>
        ReadAsync(reader => reader.NextDue(queue, destination), cancellation);

    public IReadOnlyList<QueueCount> Counts()
    {
        ObjectDisposedException.ThrowIf(_closed != 0, this);
        return _file.Tally.Show(_file.Leases);
    }

    public async ValueTask<int> MakeDueAsync(WorkQueue queue, string? destination, CancellationToken cancellation)
    {
        var now = Transition.Whole(_time.GetUtcNow());
        var made = 0;
        var lanes = destination is null ? (await LanesAsync(queue, cancellation)).Select(lane => lane.Destination).ToArray() : [destination];
        foreach (var lane in lanes)
        {
            int step;
            do
            {
                step = await _thread.CallAsync(null, OperationKind.Write, () => _verbs.MakeDue(queue, lane, now, MakeDueStep), cancellation);
                made += step;
            }
            while (step == MakeDueStep);
        }
        return made;
    }

    public IDisposable Watch(WorkQueue queue, Action<QueueHint> hint) => _watchers.Add(queue, hint);

    public ValueTask<CompactionReport> CompactAsync(CancellationToken cancellation) =>
        _thread.CallAsync(null, OperationKind.Alone, _file.Compact, cancellation);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        await WriteCountsAsync();
        foreach (var reader in _readers)
            await reader.CloseAsync();
        await _thread.CloseAsync();
        // The last connection to close copies the write-ahead log into the file.
        _file.Dispose();
    }

    StagedContent IContentHost.Begin() => _file.Contents.Begin(NewId());

    async ValueTask IContentHost.WritePiecesAsync(StagedContent content, int first, ReadOnlyMemory<byte> octets, CancellationToken cancellation) =>
        await _thread.CallAsync(null, OperationKind.Grow, () => content.WritePieces(_file.ContentTable, first, octets), cancellation);

    async ValueTask IContentHost.EndAsync(StagedContent content, bool pieces)
    {
        _file.Contents.End(content);
        if (!pieces || content.Stored || _closed != 0)
            return;
        try
        {
            await _thread.CallAsync(null, OperationKind.Write, () => content.DeletePieces(_file.ContentTable), CancellationToken.None);
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            // The next start removes them. Whoever disposes a writer after a full disk has heard of it from the write.
        }
    }

    private ValueTask<T> ReadAsync<T>(Func<QueueReader, T> question, CancellationToken cancellation)
    {
        var reader = _readers[Interlocked.Increment(ref _turn) % _readers.Length];
        return reader.Thread.CallAsync(null, OperationKind.Read, () => question(reader), cancellation);
    }

    private static void Open(List<Operation> batch)
    {
        foreach (var operation in batch)
        {
            try
            {
                operation.Run();
                operation.Succeed();
            }
            catch (Exception failure)
            {
                operation.Fail(failure);
            }
        }
    }
}
