namespace Tell.Documents;

/// <summary>
/// The work-queue contract: the four queues of DESIGN section 2 in one store. Every verb is one transaction; verbs of many callers
/// share one commit (group commit). <see cref="PutAsync"/> and <see cref="SettleAsync"/> complete only when the bytes are on stable
/// storage. All members may be called concurrently.
/// </summary>
/// <remarks>Every verb throws <see cref="StoreException"/> where the environment fails; nothing has changed then.</remarks>
public interface IQueueStore : IAsyncDisposable
{
    /// <summary>A new id, larger than every id in the store.</summary>
    Unid NewId();

    /// <summary>Begins a content.</summary>
    IContentWriter NewContent();

    /// <summary>The octets of a content, in pieces of at most 64 KiB; each piece is valid until the next is asked for.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(Content content, CancellationToken cancellation);

    /// <summary>
    /// Puts new documents into their queues, all or none. A parent's count grows by each new child; the parent must exist or be among them.
    /// </summary>
    ValueTask PutAsync(IReadOnlyList<Document> documents, IReadOnlyList<CounterChange> counters, CancellationToken cancellation);

    /// <summary>
    /// Puts a document, unless one with that fingerprint was put, its time has not passed and it was not forgotten (RFC 1047: a client that
    /// did not hear our reply sends the message again). Returns the id of the document that is in the store or was: this one, or the first.
    /// Nothing is counted where it is the first. Fingerprints are on stable storage with their documents.
    /// </summary>
    /// <param name="document">The document.</param>
    /// <param name="fingerprint">What a repetition has in common with it.</param>
    /// <param name="until">How long the fingerprint is known.</param>
    /// <param name="counters">Statistics that change where it is put.</param>
    /// <param name="cancellation">Ends it.</param>
    ValueTask<Unid> PutOnceAsync(Document document, Fingerprint fingerprint, DateTimeOffset until, IReadOnlyList<CounterChange> counters, CancellationToken cancellation);

    /// <summary>The client has heard our reply: what it sends next is new, even if it is the same. Forgotten in memory only: a new process knows it again until its time.</summary>
    void Forget(Fingerprint fingerprint);

    /// <summary>
    /// Takes waiting documents of a lane that are due, those of high priority first, then normal, then low, within a priority the
    /// earliest due first, at most <paramref name="most"/>; empty where there are none. A taken document is invisible to other takers until it is settled or the lease ends; in SMTPOBWQ its state is
    /// LockedForXmit meanwhile. Attempts are not filled.
    /// </summary>
    ValueTask<IReadOnlyList<Lease>> TakeAsync(WorkQueue queue, string destination, int most, TimeSpan lease, CancellationToken cancellation);

    /// <summary>
    /// The documents of a queue that wait or are taken, of any lane, due or not, whose age counts from a time later than <paramref name="after"/>
    /// and not later than <paramref name="until"/>, in the order of those times; at most <paramref name="most"/>, and those that have the same time as the last
    /// of them. As leases like those of <see cref="ReadFinishedAsync"/>; attempts filled. What is taken (LockedForXmit, or without due time where the queue has
    /// no such state) is to be left to whoever has it.
    /// </summary>
    ValueTask<IReadOnlyList<Lease>> ReadAgedAsync(WorkQueue queue, DateTimeOffset after, DateTimeOffset until, int most, CancellationToken cancellation);

    /// <summary>Lengthens a lease, counted from now; false where it was lost.</summary>
    ValueTask<bool> RenewAsync(Lease lease, TimeSpan length, CancellationToken cancellation);

    /// <summary>
    /// Carries out settlements, each for itself; the answer has, at the same place, false where its lease was lost and nothing changed. Two of the same
    /// document in one call are an <see cref="ArgumentException"/>, and nothing has changed.
    /// </summary>
    ValueTask<IReadOnlyList<bool>> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellation);

    /// <summary>
    /// The finished documents of a queue that are in that state (Success, or Failure: then without a next attempt), later than <paramref name="after"/> (null: from the
    /// first), in the order of their ids, as leases that exclude nobody: the fence decides who settles first. Attempts are filled for failures. A parent in Success that has children
    /// is not among them: it goes with the last child.
    /// </summary>
    ValueTask<IReadOnlyList<Lease>> ReadFinishedAsync(WorkQueue queue, DocumentState state, Unid? after, int most, CancellationToken cancellation);

    /// <summary>The document with that id, in whatever queue, with its attempts; null where there is none.</summary>
    ValueTask<Document?> GetAsync(Unid id, CancellationToken cancellation);

    /// <summary>
    /// A lease like those of <see cref="ReadFinishedAsync"/> on the document with that id, whatever its state, for operators; null where
    /// there is none. A document that is taken now is settled by whoever comes first.
    /// </summary>
    ValueTask<Lease?> ReadLeaseAsync(Unid id, CancellationToken cancellation);

    /// <summary>Documents in the order of their ids, without attempts.</summary>
    ValueTask<IReadOnlyList<Document>> ViewAsync(QueueView view, CancellationToken cancellation);

    /// <summary>The lanes of a queue that have waiting documents, due or not, in no particular order.</summary>
    ValueTask<IReadOnlyList<Lane>> LanesAsync(WorkQueue queue, CancellationToken cancellation);

    /// <summary>When the earliest waiting document of a lane can be taken; null where none waits.</summary>
    ValueTask<DateTimeOffset?> NextDueAsync(WorkQueue queue, string destination, CancellationToken cancellation);

    /// <summary>How many documents there are, without touching the disk; taken documents of conversion queues count as Pending.</summary>
    IReadOnlyList<QueueCount> Counts();

    /// <summary>
    /// Makes waiting documents of a lane (null: of all lanes) due now; returns how many were not. A large backlog takes several
    /// transactions, so that it does not hold up mail: where one fails, those before it stand.
    /// </summary>
    ValueTask<int> MakeDueAsync(WorkQueue queue, string? destination, CancellationToken cancellation);

    /// <summary>
    /// How much is stored in each lane of a queue, counted from the documents there that wait or are on their way: not finished, dead or held. Its cost grows
    /// with the number of documents in the store; mail flows meanwhile, and what comes, goes or changes its lane then may be counted before or after that.
    /// </summary>
    ValueTask<IReadOnlyList<StoredMail>> StoredAsync(WorkQueue queue, CancellationToken cancellation);

    /// <summary>From now on each put and each settlement is accounted for, by that bookkeeper: the last one that was named.</summary>
    void AccountWith(IBookkeeper bookkeeper);

    /// <summary>The account of the channels, or of the destinations, by name.</summary>
    ValueTask<IReadOnlyDictionary<string, Traffic>> TrafficAsync(TrafficKind kind, CancellationToken cancellation);

    /// <summary>Forgets the accounts of destinations that nothing happened to since that time; returns how many.</summary>
    ValueTask<int> ForgetTrafficAsync(DateTimeOffset since, CancellationToken cancellation);

    /// <summary>
    /// Adds to a counter along with the next transaction, whoever makes it: for what belongs to no document. Seen by <see cref="CountersAsync"/> at once; a
    /// crash before that transaction loses it, a clean end does not.
    /// </summary>
    void Count(string name, long delta);

    /// <summary>The counters, by name.</summary>
    ValueTask<IReadOnlyDictionary<string, long>> CountersAsync(CancellationToken cancellation);

    /// <summary>Adds to counters, outside any settlement.</summary>
    ValueTask ChangeCountersAsync(IReadOnlyList<CounterChange> counters, CancellationToken cancellation) => ChangeCountersAsync(counters, [], cancellation);

    /// <summary>The same, and adds to accounts.</summary>
    ValueTask ChangeCountersAsync(IReadOnlyList<CounterChange> counters, IReadOnlyList<TrafficChange> traffic, CancellationToken cancellation);

    /// <summary>
    /// Calls back for each hint of a queue until disposed. The callback runs on the engine's thread: it must be quick, must not throw
    /// and must not call the store.
    /// </summary>
    IDisposable Watch(WorkQueue queue, Action<QueueHint> hint);

    /// <summary>Gives unused space back to the disk. Verbs called meanwhile wait.</summary>
    ValueTask<CompactionReport> CompactAsync(CancellationToken cancellation);
}
