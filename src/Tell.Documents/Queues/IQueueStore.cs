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
    /// Takes waiting documents of a lane that are due, those of high priority first, then normal, then low, within a priority the
    /// earliest due first, at most <paramref name="most"/>; empty where there are none. A taken document is invisible to other takers until it is settled or the lease ends; in SMTPOBWQ its state is
    /// LockedForXmit meanwhile. Attempts are not filled.
    /// </summary>
    ValueTask<IReadOnlyList<Lease>> TakeAsync(WorkQueue queue, string destination, int most, TimeSpan lease, CancellationToken cancellation);

    /// <summary>Takes waiting documents of any lane that were made before <paramref name="before"/>, due or not: to give them up.</summary>
    ValueTask<IReadOnlyList<Lease>> TakeOlderAsync(WorkQueue queue, DateTimeOffset before, int most, TimeSpan lease, CancellationToken cancellation);

    /// <summary>Lengthens a lease, counted from now; false where it was lost.</summary>
    ValueTask<bool> RenewAsync(Lease lease, TimeSpan length, CancellationToken cancellation);

    /// <summary>Carries out settlements, each for itself; the answer has, at the same place, false where its lease was lost and nothing changed.</summary>
    ValueTask<IReadOnlyList<bool>> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellation);

    /// <summary>
    /// The finished documents of a queue (Success, or Failure without a next attempt), oldest first, as leases that exclude nobody: the
    /// fence decides who settles first. Attempts are filled for failures. A parent in Success that has children is not among them: it
    /// goes with the last child.
    /// </summary>
    ValueTask<IReadOnlyList<Lease>> ReadFinishedAsync(WorkQueue queue, int most, CancellationToken cancellation);

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

    /// <summary>The counters, by name.</summary>
    ValueTask<IReadOnlyDictionary<string, long>> CountersAsync(CancellationToken cancellation);

    /// <summary>Adds to counters, outside any settlement.</summary>
    ValueTask ChangeCountersAsync(IReadOnlyList<CounterChange> counters, CancellationToken cancellation);

    /// <summary>Sets a counter to zero; false where there is none of that name.</summary>
    ValueTask<bool> ResetCounterAsync(string name, CancellationToken cancellation);

    /// <summary>
    /// Calls back for each hint of a queue until disposed. The callback runs on the engine's thread: it must be quick, must not throw
    /// and must not call the store.
    /// </summary>
    IDisposable Watch(WorkQueue queue, Action<QueueHint> hint);

    /// <summary>Gives unused space back to the disk. Verbs called meanwhile wait.</summary>
    ValueTask<CompactionReport> CompactAsync(CancellationToken cancellation);
}
