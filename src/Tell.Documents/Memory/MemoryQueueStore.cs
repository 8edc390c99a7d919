namespace Tell.Documents.Memory;

/// <summary>
/// The work queues in memory: the specification that the SQLite engine is tested against. Every verb runs whole under one gate and
/// completes synchronously; hints go out when the gate is free again. Settlements are in <c>MemoryQueueStore.Settle.cs</c>.
/// </summary>
internal sealed partial class MemoryQueueStore(TimeProvider time, Random random) : IQueueStore
{
    private readonly TimeProvider _time = time;
    private readonly Random _random = random;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<Unid, MemoryRow> _rows = [];
    private readonly SortedDictionary<string, long> _counters = new(StringComparer.Ordinal);
    private readonly MemoryContents _contents = new();
    private readonly UnidSource _ids = new(time, random);
    private readonly Watchers _watch = new();
    private long _fence;
    private bool _closed;

    private MemoryQueueStore(MemoryQueueStore old)
        : this(old._time, old._random)
    {
        (_rows, _counters, _contents, _ids, _fence) = (old._rows, old._counters, old._contents, old._ids, old._fence);
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
            _undo.Clear();
            Create([.. documents.Select(d => Transition.Accept(d, Now))], orphansOf: null, hints);
            Count(counters);
            return true;
        });
        _watch.Tell(hints);
        return ValueTask.CompletedTask;
    }

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

    public ValueTask<IReadOnlyList<Lease>> TakeOlderAsync(WorkQueue queue, DateTimeOffset before, int most, TimeSpan lease, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() =>
        {
            var now = Now;
            return Take(lease, now, _rows.Values.Where(r => r.Document.Queue == queue && r.IsWaiting(now) && r.Document.Created < before).Take(most));
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

    public ValueTask<IReadOnlyList<Lease>> ReadFinishedAsync(WorkQueue queue, int most, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do<IReadOnlyList<Lease>>(() =>
            [.. _rows.Values.Where(r => r.Document.Queue == queue && Transition.IsFinished(r.Document)).Take(most)
                .Select(r => new Lease(r.Document.State == DocumentState.Failure ? r.Document : Bare(r.Document), r.Fence))]));
    }

    public ValueTask<Document?> GetAsync(Unid id, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() => _rows.GetValueOrDefault(id)?.Shown(Now)));
    }

    public ValueTask<Lease?> ReadLeaseAsync(Unid id, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() => _rows.TryGetValue(id, out var row) ? new Lease(row.Document, row.Fence) : null));
    }

    public ValueTask<IReadOnlyList<Document>> ViewAsync(QueueView view, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do<IReadOnlyList<Document>>(() =>
        {
            var now = Now;
            return [.. _rows.Values.Select(r => r.Shown(now))
                .Where(d => (view.Queue is null || d.Queue == view.Queue) && (view.State is null || d.State == view.State)
                    && (view.Destination is null || d.Destination == view.Destination) && (view.Parent is null || d.Parent == view.Parent)
                    && (view.After is null || d.Id.CompareTo(view.After.Value) > 0))
                .Take(view.Limit).Select(Bare)];
        }));
    }

    public ValueTask<IReadOnlyList<Lane>> LanesAsync(WorkQueue queue, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do<IReadOnlyList<Lane>>(() =>
        {
            var now = Now;
            return [.. _rows.Values.Where(r => r.Document.Queue == queue && r.IsWaiting(now)).GroupBy(r => r.Document.Destination)
                .Select(lane => new Lane(lane.Key, lane.Min(r => r.Document.Due!.Value)))];
        }));
    }

    public ValueTask<DateTimeOffset?> NextDueAsync(WorkQueue queue, string destination, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() =>
        {
            var now = Now;
            return _rows.Values.Where(r => r.Document.Queue == queue && r.Document.Destination == destination && r.IsWaiting(now)).Min(r => r.Document.Due);
        }));
    }

    public IReadOnlyList<QueueCount> Counts() => Do<IReadOnlyList<QueueCount>>(() =>
    {
        var now = Now;
        return [.. _rows.Values.Select(r => r.Shown(now)).GroupBy(d => (d.Queue!.Value, d.State))
            .Select(g => new QueueCount(g.Key.Value, g.Key.State, g.LongCount())).OrderBy(c => c.Queue).ThenBy(c => c.State)];
    });

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

    public ValueTask<IReadOnlyDictionary<string, long>> CountersAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do<IReadOnlyDictionary<string, long>>(() => new SortedDictionary<string, long>(_counters, StringComparer.Ordinal)));
    }

    public ValueTask ChangeCountersAsync(IReadOnlyList<CounterChange> counters, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Do(() => Count(counters));
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> ResetCounterAsync(string name, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() =>
        {
            if (!_counters.ContainsKey(name))
                return false;
            _counters[name] = 0;
            return true;
        }));
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
            _closed = true;
        return ValueTask.CompletedTask;
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
