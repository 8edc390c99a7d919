using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Tell.Documents;

namespace Tell.Mta.Statistics;

/// <summary>
/// The work queues with their accounts: each put and each settlement carries what it means for channels and destinations into its own transaction, so
/// that the accounts are exact whatever happens. All other verbs are those of the queues.
/// </summary>
internal sealed class CountedQueues(IQueueStore queues, TimeProvider time) : IQueueStore
{
    private Bookkeeping? _spare;

    /// <summary>How much happened lately.</summary>
    public Rates Rates { get; } = new(time);

    public async ValueTask PutAsync(
        IReadOnlyList<Document> documents, IReadOnlyList<CounterChange> counters, IReadOnlyList<TrafficChange> traffic, CancellationToken cancellation)
    {
        if (documents.Count == 0)
        {
            await queues.PutAsync(documents, counters, traffic, cancellation);
            return;
        }
        var (counted, accounted) = Put(documents, counters, traffic);
        await queues.PutAsync(documents, counted, accounted, cancellation);
        Note(documents, counters);
    }

    public async ValueTask<Unid> PutOnceAsync(
        Document document, Fingerprint fingerprint, DateTimeOffset until, IReadOnlyList<CounterChange> counters, IReadOnlyList<TrafficChange> traffic, CancellationToken cancellation)
    {
        IReadOnlyList<Document> documents = [document];
        var (counted, accounted) = Put(documents, counters, traffic);
        var id = await queues.PutOnceAsync(document, fingerprint, until, counted, accounted, cancellation);
        if (id == document.Id)
            Note(documents, counters);
        return id;
    }

    public async ValueTask<IReadOnlyList<bool>> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellation)
    {
        var counted = new Settlement[settlements.Count];
        var now = time.GetUtcNow();
        var books = Interlocked.Exchange(ref _spare, null) ?? new Bookkeeping();
        for (var i = 0; i < counted.Length; i++)
            counted[i] = Counted(settlements[i], books, now);
        Interlocked.Exchange(ref _spare, books);
        var settled = await queues.SettleAsync(counted, cancellation);
        for (var i = 0; i < counted.Length; i++)
        {
            if (!settled[i])
                continue;
            Note(settlements[i]);
            foreach (var other in settlements[i].Others)
                Note(other);
        }
        return settled;
    }

    public Unid NewId() => queues.NewId();

    public IContentWriter NewContent() => queues.NewContent();

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(Content content, CancellationToken cancellation) => queues.ReadContentAsync(content, cancellation);

    public void Forget(Fingerprint fingerprint) => queues.Forget(fingerprint);

    public ValueTask<IReadOnlyList<Lease>> TakeAsync(WorkQueue queue, string destination, int most, TimeSpan lease, CancellationToken cancellation) =>
        queues.TakeAsync(queue, destination, most, lease, cancellation);

    public ValueTask<IReadOnlyList<Lease>> ReadAgedAsync(WorkQueue queue, DateTimeOffset after, DateTimeOffset until, int most, CancellationToken cancellation) =>
        queues.ReadAgedAsync(queue, after, until, most, cancellation);

    public ValueTask<bool> RenewAsync(Lease lease, TimeSpan length, CancellationToken cancellation) => queues.RenewAsync(lease, length, cancellation);

    public ValueTask<IReadOnlyList<Lease>> ReadFinishedAsync(WorkQueue queue, DocumentState state, Unid? after, int most, CancellationToken cancellation) =>
        queues.ReadFinishedAsync(queue, state, after, most, cancellation);

    public ValueTask<Document?> GetAsync(Unid id, CancellationToken cancellation) => queues.GetAsync(id, cancellation);

    public ValueTask<Lease?> ReadLeaseAsync(Unid id, CancellationToken cancellation) => queues.ReadLeaseAsync(id, cancellation);

    public ValueTask<IReadOnlyList<Document>> ViewAsync(QueueView view, CancellationToken cancellation) => queues.ViewAsync(view, cancellation);

    public ValueTask<IReadOnlyList<Lane>> LanesAsync(WorkQueue queue, CancellationToken cancellation) => queues.LanesAsync(queue, cancellation);

    public ValueTask<DateTimeOffset?> NextDueAsync(WorkQueue queue, string destination, CancellationToken cancellation) => queues.NextDueAsync(queue, destination, cancellation);

    public IReadOnlyList<QueueCount> Counts() => queues.Counts();

    public ValueTask<int> MakeDueAsync(WorkQueue queue, string? destination, CancellationToken cancellation) => queues.MakeDueAsync(queue, destination, cancellation);

    public ValueTask<IReadOnlyList<StoredMail>> StoredAsync(WorkQueue queue, CancellationToken cancellation) => queues.StoredAsync(queue, cancellation);

    public ValueTask<IReadOnlyDictionary<string, Traffic>> TrafficAsync(TrafficKind kind, CancellationToken cancellation) => queues.TrafficAsync(kind, cancellation);

    public ValueTask<bool> ResetTrafficAsync(TrafficKind kind, string? name, CancellationToken cancellation) => queues.ResetTrafficAsync(kind, name, cancellation);

    public ValueTask<int> ForgetTrafficAsync(DateTimeOffset since, CancellationToken cancellation) => queues.ForgetTrafficAsync(since, cancellation);

    public void Count(string name, long delta) => queues.Count(name, delta);

    public ValueTask<IReadOnlyDictionary<string, long>> CountersAsync(CancellationToken cancellation) => queues.CountersAsync(cancellation);

    public ValueTask ChangeCountersAsync(IReadOnlyList<CounterChange> counters, CancellationToken cancellation) => queues.ChangeCountersAsync(counters, cancellation);

    public ValueTask<bool> ResetCounterAsync(string name, CancellationToken cancellation) => queues.ResetCounterAsync(name, cancellation);

    public IDisposable Watch(WorkQueue queue, Action<QueueHint> hint) => queues.Watch(queue, hint);

    public ValueTask<CompactionReport> CompactAsync(CancellationToken cancellation) => queues.CompactAsync(cancellation);

    public ValueTask DisposeAsync() => queues.DisposeAsync();

    private static Settlement Counted(Settlement settlement, Bookkeeping books, DateTimeOffset now)
    {
        var others = settlement.Others;
        if (!others.IsDefaultOrEmpty)
        {
            var counted = new Settlement[others.Length];
            for (var i = 0; i < counted.Length; i++)
                counted[i] = Counted(others[i], books, now);
            settlement = settlement with { Others = ImmutableCollectionsMarshal.AsImmutableArray(counted) };
        }
        books.Clear();
        books.Settle(settlement, now);
        if (books.IsEmpty)
            return settlement;
        return settlement with
        {
            Traffic = ImmutableCollectionsMarshal.AsImmutableArray(books.ToChanges(settlement.Traffic.AsSpan())),
            Counters = books.Times.IsEmpty ? settlement.Counters : ImmutableCollectionsMarshal.AsImmutableArray(Joined(settlement.Counters.AsSpan(), books.Times)),
        };
    }

    private static CounterChange[] Joined(ReadOnlySpan<CounterChange> counters, ReadOnlySpan<CounterChange> times)
    {
        var joined = new CounterChange[counters.Length + times.Length];
        counters.CopyTo(joined);
        times.CopyTo(joined.AsSpan(counters.Length));
        return joined;
    }

    private (IReadOnlyList<CounterChange>, IReadOnlyList<TrafficChange>) Put(
        IReadOnlyList<Document> documents, IReadOnlyList<CounterChange> counters, IReadOnlyList<TrafficChange> traffic)
    {
        var now = time.GetUtcNow();
        var books = Interlocked.Exchange(ref _spare, null) ?? new Bookkeeping();
        books.Clear();
        for (var i = 0; i < documents.Count; i++)
            books.Put(documents[i], now);
        var accounted = books.ToChanges(traffic.Count == 0 ? [] : [.. traffic]);
        var counted = books.Times.IsEmpty ? counters : Joined([.. counters], books.Times);
        Interlocked.Exchange(ref _spare, books);
        return (counted, accounted);
    }

    // After it is carried out: what did not come to be has no rate.
    private void Note(Settlement settlement) => Rates.Add(settlement.Counters.AsSpan(), 0);

    private void Note(IReadOnlyList<Document> documents, IReadOnlyList<CounterChange> counters)
    {
        if (counters.Count == 0)
            return;
        var recipients = 0L;
        for (var i = 0; i < documents.Count; i++)
            recipients += documents[i].Envelope?.Recipients.Length ?? 0;
        Rates.Add(counters is CounterChange[] array ? array : [.. counters], recipients);
    }
}
