using Tell.Documents;

namespace Tell.Tests.Mta;

/// <summary>The stores of a <see cref="Node"/>, where a test can make the verbs of the work queues fail, or do something in between.</summary>
internal sealed class FaultyStores : IDataDirectory
{
    private readonly IDataDirectory _inner;
    private readonly FaultyQueues _queues;

    public FaultyStores(IDataDirectory inner)
    {
        _inner = inner;
        _queues = new FaultyQueues(this, inner.Queues);
    }

    public IQueueStore Queues => _queues;

    /// <summary>Called before each verb with its name; what it gives is thrown.</summary>
    public Func<string, Exception?> Before { get; set; } = _ => null;

    /// <summary>Called when documents of a lane have been taken, before the taker hears of it.</summary>
    public Func<WorkQueue, string, Task> Taken { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Called before settlements are carried out.</summary>
    public Action<IReadOnlyList<Settlement>> Settling { get; set; } = _ => { };

    /// <summary>Called for each question for what is finished.</summary>
    public Action<WorkQueue> Asked { get; set; } = _ => { };

    /// <summary>True: nobody hears that something is finished.</summary>
    public bool LosesHints { get; set; }

    /// <summary>Called for each view of the work queues.</summary>
    public Action<QueueView> Viewed { get; set; } = _ => { };

    /// <summary>What each put waits for before it begins: a slow disk.</summary>
    public Func<Task> Putting { get; set; } = () => Task.CompletedTask;

    /// <summary>What whoever puts a received message waits for when it is stored: time for the program to end before anybody hears of it.</summary>
    public Func<Task> Accepted { get; set; } = () => Task.CompletedTask;

    /// <summary>What each look at the lanes of SMTPOBWQ waits for before it begins.</summary>
    public Func<Task> Looking { get; set; } = () => Task.CompletedTask;

    /// <summary>Called when the work queues have changed, before whoever changed them hears of it; with them as they are.</summary>
    public Action<IQueueStore> Changed { get; set; } = _ => { };

    /// <summary>A full disk: whatever writes fails.</summary>
    public void Fill() => Before = verb => verb is "put" or "settle" or "counters" or "due" or "write" ? new StoreException(StoreFault.Full, "No room on the disk.") : null;

    /// <summary>All is well again.</summary>
    public void Mend() => Before = _ => null;

    /// <summary>Called before each verb of a mail file with its name ("open mail/ada", "put mail/ada", "size mail/ada", ...); what it gives is thrown.</summary>
    public Func<string, Exception?> BeforeFile { get; set; } = _ => null;

    /// <summary>The same for NAMES: "open names", "view names", ...</summary>
    public Func<string, Exception?> BeforeNames { get; set; } = _ => null;

    /// <summary>Called after each put into a mail file.</summary>
    public Action<string> Filed { get; set; } = _ => { };

    public async ValueTask<IDatabase> OpenAsync(string name, CancellationToken cancellation)
    {
        if (name != "names" && !name.StartsWith("mail/", StringComparison.Ordinal))
            return await _inner.OpenAsync(name, cancellation);
        return Fault($"open {name}", name) is { } fault ? throw fault : new FaultyFile(this, await _inner.OpenAsync(name, cancellation));
    }

    public IReadOnlyList<string> List(string prefix) => _inner.List(prefix);

    public StoreSpace? Space => _inner.Space;

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private Exception? Fault(string verb, string name) => name == "names" ? BeforeNames(verb) : BeforeFile(verb);

    private sealed class FaultyContent(FaultyQueues queues, IContentWriter inner) : IContentWriter
    {
        public long Size => inner.Size;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation) => queues.Try("write", inner).WriteAsync(octets, cancellation);

        public ValueTask<Content> CompleteAsync(CancellationToken cancellation) => inner.CompleteAsync(cancellation);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class FaultyFile(FaultyStores owner, IDatabase inner) : IDatabase
    {
        public string Title => inner.Title;

        public long Version => inner.Version;

        public Unid NewId() => inner.NewId();

        public IContentWriter NewContent() => inner.NewContent();

        public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(Content content, CancellationToken cancellation) => inner.ReadContentAsync(content, cancellation);

        public async ValueTask PutAsync(IReadOnlyList<Document> documents, CancellationToken cancellation)
        {
            await Try("put").PutAsync(documents, cancellation);
            if (Title != "names")
                owner.Filed(Title);
        }

        public ValueTask<Document?> GetAsync(Unid id, CancellationToken cancellation) => Try("get").GetAsync(id, cancellation);

        public ValueTask<IReadOnlyList<Document>> ViewAsync(string? form, Unid? after, int most, CancellationToken cancellation) => Try("view").ViewAsync(form, after, most, cancellation);

        public ValueTask<bool> DeleteAsync(Unid id, CancellationToken cancellation) => Try("delete").DeleteAsync(id, cancellation);

        public ValueTask<long> CountAsync(string? form, CancellationToken cancellation) => Try("count").CountAsync(form, cancellation);

        public ValueTask<long> SizeAsync(CancellationToken cancellation) => Try("size").SizeAsync(cancellation);

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private IDatabase Try(string verb) => owner.Fault($"{verb} {Title}", Title) is { } fault ? throw fault : inner;
    }

    private sealed class FaultyQueues(FaultyStores owner, IQueueStore inner) : IQueueStore
    {
        public T Try<T>(string verb, T then) => owner.Before(verb) is { } fault ? throw fault : then;

        private IQueueStore Try(string verb) => Try(verb, inner);

        public Unid NewId() => inner.NewId();

        public IContentWriter NewContent() => new FaultyContent(this, inner.NewContent());

        public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(Content content, CancellationToken cancellation) => Try("read").ReadContentAsync(content, cancellation);

        public async ValueTask PutAsync(IReadOnlyList<Document> documents, IReadOnlyList<CounterChange> counters, CancellationToken cancellation)
        {
            await owner.Putting();
            await Try("put").PutAsync(documents, counters, cancellation);
            owner.Changed(inner);
        }

        public async ValueTask<IReadOnlyList<Lease>> TakeAsync(WorkQueue queue, string destination, int most, TimeSpan lease, CancellationToken cancellation)
        {
            var taken = await Try("take").TakeAsync(queue, destination, most, lease, cancellation);
            await owner.Taken(queue, destination);
            return taken;
        }

        public ValueTask<IReadOnlyList<Lease>> ReadAgedAsync(WorkQueue queue, DateTimeOffset after, DateTimeOffset until, int most, CancellationToken cancellation) => Try("aged").ReadAgedAsync(queue, after, until, most, cancellation);

        public async ValueTask<Unid> PutOnceAsync(Document document, Fingerprint fingerprint, DateTimeOffset until, IReadOnlyList<CounterChange> counters, CancellationToken cancellation)
        {
            await owner.Putting();
            var id = await Try("put").PutOnceAsync(document, fingerprint, until, counters, cancellation);
            owner.Changed(inner);
            await owner.Accepted();
            return id;
        }

        public void Forget(Fingerprint fingerprint) => inner.Forget(fingerprint);

        public ValueTask<IReadOnlyList<StoredMail>> StoredAsync(WorkQueue queue, CancellationToken cancellation) => inner.StoredAsync(queue, cancellation);

        public ValueTask<IReadOnlyDictionary<string, Traffic>> TrafficAsync(TrafficKind kind, CancellationToken cancellation) => inner.TrafficAsync(kind, cancellation);

        public void AccountWith(IBookkeeper bookkeeper) => inner.AccountWith(bookkeeper);

        public ValueTask<int> ForgetTrafficAsync(DateTimeOffset since, CancellationToken cancellation) => inner.ForgetTrafficAsync(since, cancellation);

        public void Count(string name, long delta) => inner.Count(name, delta);

        public ValueTask<bool> RenewAsync(Lease lease, TimeSpan length, CancellationToken cancellation) => Try("renew").RenewAsync(lease, length, cancellation);

        public async ValueTask<IReadOnlyList<bool>> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellation)
        {
            owner.Settling(settlements);
            var settled = await Try("settle").SettleAsync(settlements, cancellation);
            owner.Changed(inner);
            return settled;
        }

        public ValueTask<IReadOnlyList<Lease>> ReadFinishedAsync(WorkQueue queue, DocumentState state, Unid? after, int most, CancellationToken cancellation)
        {
            owner.Asked(queue);
            return inner.ReadFinishedAsync(queue, state, after, most, cancellation);
        }

        public ValueTask<Document?> GetAsync(Unid id, CancellationToken cancellation) => inner.GetAsync(id, cancellation);

        public ValueTask<Lease?> ReadLeaseAsync(Unid id, CancellationToken cancellation) => inner.ReadLeaseAsync(id, cancellation);

        public ValueTask<IReadOnlyList<Document>> ViewAsync(QueueView view, CancellationToken cancellation)
        {
            owner.Viewed(view);
            return inner.ViewAsync(view, cancellation);
        }

        public async ValueTask<IReadOnlyList<Lane>> LanesAsync(WorkQueue queue, CancellationToken cancellation)
        {
            if (queue == WorkQueue.Outbound)
                await owner.Looking();
            return await Try("lanes").LanesAsync(queue, cancellation);
        }

        public ValueTask<DateTimeOffset?> NextDueAsync(WorkQueue queue, string destination, CancellationToken cancellation) => inner.NextDueAsync(queue, destination, cancellation);

        public IReadOnlyList<QueueCount> Counts() => inner.Counts();

        public ValueTask<int> MakeDueAsync(WorkQueue queue, string? destination, CancellationToken cancellation) => Try("due").MakeDueAsync(queue, destination, cancellation);

        public ValueTask<IReadOnlyDictionary<string, long>> CountersAsync(CancellationToken cancellation) => inner.CountersAsync(cancellation);

        public ValueTask ChangeCountersAsync(IReadOnlyList<CounterChange> counters, IReadOnlyList<TrafficChange> traffic, CancellationToken cancellation) => Try("counters").ChangeCountersAsync(counters, traffic, cancellation);

        public IDisposable Watch(WorkQueue queue, Action<QueueHint> hint) => inner.Watch(queue, news =>
        {
            if (!owner.LosesHints || news.Kind != QueueHintKind.Finished)
                hint(news);
        });

        public ValueTask<CompactionReport> CompactAsync(CancellationToken cancellation) => inner.CompactAsync(cancellation);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
