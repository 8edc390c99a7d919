namespace Tell.Documents.Memory;

/// <summary>
/// The work queues in memory: the specification that the SQLite engine is tested against. Every verb runs whole under one gate and
/// completes synchronously; hints go out when the gate is free again. Here is what puts, takes and makes due; beside it what settles, reads and counts.
/// </summary>
internal sealed partial class MemoryQueueStore(TimeProvider time, Random random) : IQueueStore, IAccounts
{
    private readonly TimeProvider _time = time;
    private readonly Random _random = random;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<Unid, MemoryRow> _rows = [];
    private readonly MemoryContents _contents = new();
    // What is forgotten is so for this process only.
    private readonly Dictionary<Fingerprint, (Unid Id, DateTimeOffset Until)> _fingerprints = [];
    private readonly HashSet<Fingerprint> _forgotten = [];
    private readonly UnidSource _ids = new(time, random);
    private readonly Watchers _watch = new();
    private long _fence;
    private bool _closed;

    private MemoryQueueStore(MemoryQueueStore old)
        : this(old._time, old._random)
    {
        (_rows, _counters, _contents, _ids, _fence) = (old._rows, old._counters, old._contents, old._ids, old._fence);
        (_fingerprints, _traffic) = (old._fingerprints, old._traffic);
        _contents.AbandonAll();
        foreach (var row in _rows.Values)
        {
            row.LeasedUntil = null;
            row.Fence = ++_fence;
        }
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>The store as a new process finds it; this object is closed.</summary>
    internal MemoryQueueStore Reopen()
    {
        lock (_gate)
        {
            _closed = true;
            return new MemoryQueueStore(this);
        }
    }

    public Unid NewId() => _ids.Next();

    public IContentWriter NewContent() => new MemoryContentWriter(
        octets => Do(() =>
        {
            var content = new Content((long)_ids.Next().High, octets.Length);
            _contents.Add(content.Id, octets);
            return content;
        }),
        content =>
        {
            lock (_gate)
                _contents.Abandon(content.Id);
        });

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(Content content, CancellationToken cancellation) =>
        MemoryContents.Pieces(() => Do(() => _contents.Find(content.Id)) ?? throw MemoryContents.Gone(content), cancellation);

    public ValueTask PutAsync(IReadOnlyList<Document> documents, IReadOnlyList<CounterChange> counters, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var hints = new List<QueueHint>();
        Do(() =>
        {
            Put(documents, counters, hints);
            return true;
        });
        _watch.Tell(hints);
        return ValueTask.CompletedTask;
    }

    public ValueTask<Unid> PutOnceAsync(
        Document document, Fingerprint fingerprint, DateTimeOffset until, IReadOnlyList<CounterChange> counters, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var hints = new List<QueueHint>();
        var id = Do(() =>
        {
            if (!_forgotten.Contains(fingerprint) && _fingerprints.TryGetValue(fingerprint, out var first) && first.Until > Now)
                return first.Id;
            Put([document], counters, hints);
            _forgotten.Remove(fingerprint);
            _fingerprints[fingerprint] = (document.Id, Transition.Whole(until));
            return document.Id;
        });
        _watch.Tell(hints);
        return ValueTask.FromResult(id);
    }

    public void Forget(Fingerprint fingerprint) => Do(() => _forgotten.Add(fingerprint));

    public ValueTask<IReadOnlyList<Lease>> TakeAsync(WorkQueue queue, string destination, int most, TimeSpan lease, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() =>
        {
            var now = Now;
            return Take(lease, now, _rows.Values
                .Where(r => r.Document.Queue == queue && r.Document.Destination == destination && r.IsWaiting(now) && r.Document.Due <= now)
                .OrderBy(r => Transition.Rank(r.Document)).ThenBy(r => r.Document.Due).ThenBy(r => r.Document.Id).Take(most));
        }));
    }

    public ValueTask<bool> RenewAsync(Lease lease, TimeSpan length, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() =>
        {
            if (!_rows.TryGetValue(lease.Document.Id, out var row) || row.Fence != lease.Fence || row.LeasedUntil is null)
                return false;
            row.LeasedUntil = Now + length;
            return true;
        }));
    }

    public ValueTask<int> MakeDueAsync(WorkQueue queue, string? destination, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var hints = new List<QueueHint>();
        var made = Do(() =>
        {
            var now = Now;
            var due = Transition.Whole(now);
            var later = _rows.Values.Where(r => r.Document.Queue == queue && (destination is null || r.Document.Destination == destination)
                && r.IsWaiting(now) && r.Document.Due > due).ToList();
            foreach (var row in later)
                row.Document = row.Document with { Due = due };
            hints.AddRange(later.Select(r => r.Document.Destination).Distinct().Select(lane => new QueueHint(queue, QueueHintKind.Waiting, lane, due)));
            return later.Count;
        });
        _watch.Tell(hints);
        return ValueTask.FromResult(made);
    }

    public IDisposable Watch(WorkQueue queue, Action<QueueHint> hint) => _watch.Add(queue, hint);

    public ValueTask<CompactionReport> CompactAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() => new CompactionReport("queues", 0, 0)));
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (!_closed)
            {
                Count([], []);
                TellStored();
            }
            _closed = true;
        }
        return ValueTask.CompletedTask;
    }

    private void Put(IReadOnlyList<Document> documents, IReadOnlyList<CounterChange> counters, List<QueueHint> hints)
    {
        _undo.Clear();
        List<Document> accepted = [.. documents.Select(d => Transition.Accept(d, Now))];
        Create(accepted, orphansOf: null, hints);
        foreach (var document in accepted)
            _bookkeeper?.Put(document, Now, this);
        Count(counters, []);
        TellStored();
    }

    private IReadOnlyList<Lease> Take(TimeSpan length, DateTimeOffset now, IEnumerable<MemoryRow> rows)
    {
        var leases = new List<Lease>();
        foreach (var row in rows.ToList())
        {
            row.LeasedUntil = now + length;
            row.Fence = ++_fence;
            leases.Add(new Lease(Bare(row.Document), row.Fence));
        }
        return leases;
    }

    private static Document Bare(Document document) => document.Attempts.IsEmpty ? document : document with { Attempts = [] };

    private T Do<T>(Func<T> verb)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return verb();
        }
    }
}
