using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Tell.Documents.Sqlite;

/// <summary>
/// queues.db as its writing thread sees it: the connection, and what memory holds of the file. Only that thread calls it, but for the
/// members that say otherwise.
/// </summary>
internal sealed class QueueFile : IParticipant, IDisposable
{
    // Weights are octets of detail and a guess at the rest of a document in memory: some 10,000 documents of ordinary mail.
    private const int DocumentWeight = 1024;
    private const long DocumentCache = 16 << 20;
    private const long ContentCache = 32 << 20;

    private readonly Connection _connection;
    private readonly DocumentTable _documents;
    private readonly ContentTable _contentTable;
    private readonly Recent<StoredDocument> _recent = new(DocumentCache);
    private readonly List<QueueHint> _hints = [];
    private readonly List<(long Id, Leases.Held Lease)> _ended = [];
    private readonly GroupCommit _commit;
    private readonly Watchers _watchers;
    private readonly long _opening;
    private long _fence;

    /// <summary>Opens the file, makes it where there is none, and takes in what memory holds of it.</summary>
    public QueueFile(string path, TimeProvider time, Random random, Watchers watchers, ILogger logger)
    {
        Path = path;
        _watchers = watchers;
        _connection = StoreFile.OpenWriter(path, Schema.Queues, check: true);
        _documents = new DocumentTable(_connection);
        _contentTable = new ContentTable(_connection);
        _commit = new GroupCommit(_connection, this, logger);
        _contentTable.DeleteAllUnfinished();
        // Fences grow over the file's whole life, also those that were given in memory and never written.
        _connection.Execute("UPDATE opening SET number = number + 1");
        _opening = _connection.Number("SELECT number FROM opening");
        Leases = new Leases(time);
        Counters = new Counters(_connection);
        Accounts = new Accounts(new TrafficTable(_connection), Counters, time);
        Fingerprints = new Fingerprints(_connection, time);
        Ids = new UnidSource(time, random, (ulong)Math.Max(_connection.Number("SELECT max(id) FROM document"), _contentTable.LastId()));
        using var counts = _connection.Prepare("SELECT queue, state, count(*) FROM document GROUP BY queue, state");
        while (counts.Step())
            Tally.Set((int)counts.Long(0), (int)counts.Long(1), counts.Long(2));
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>New ids. Any thread.</summary>
    public UnidSource Ids { get; }

    /// <summary>Who has what. Any thread.</summary>
    public Leases Leases { get; }

    /// <summary>The counts. Any thread reads.</summary>
    public Tally Tally { get; } = new();

    /// <summary>The statistics. Any thread reads.</summary>
    public Counters Counters { get; }

    /// <summary>The accounts of channels and destinations.</summary>
    public Accounts Accounts { get; }

    /// <summary>What was put once. Any thread forgets.</summary>
    public Fingerprints Fingerprints { get; }

    /// <summary>The contents. Any thread reads and writes new ones.</summary>
    public Contents Contents { get; } = new(ContentCache);

    /// <summary>The statements on contents.</summary>
    public ContentTable ContentTable => _contentTable;

    /// <summary>The statements on documents, for reading.</summary>
    public DocumentTable Documents => _documents;

    /// <summary>The octets of the file that held nothing at the last look. Any thread reads.</summary>
    public long Reusable => _commit.Reusable;

    /// <summary>Serves a batch.</summary>
    public void Serve(List<Operation> batch) => _commit.Serve(batch);

    /// <summary>A fence larger than all before it.</summary>
    public long NextFence() => (_opening << 40) + ++_fence;

    /// <summary>The fence that settles a document now. What an earlier process handed out settles nothing. Any thread.</summary>
    public long FenceOf(StoredDocument stored) => Leases.FenceOf(stored.Key) ?? Math.Max(stored.Fence, _opening << 40);

    /// <summary>The document as its row has it; null where there is none.</summary>
    public StoredDocument? Find(long id)
    {
        if (_recent.TryGet(id, out var stored))
            return stored;
        stored = _documents.Get(id);
        if (stored is not null)
            Remember(stored, 0);
        return stored;
    }

    /// <summary>The attempts of a document, oldest first.</summary>
    public ImmutableArray<Attempt> Attempts(Document document) => _documents.Attempts(document);

    /// <summary>Ends a lease within the transaction.</summary>
    public void EndLease(long id)
    {
        if (Leases.End(id) is { } ended)
            _ended.Add((id, ended));
    }

    /// <summary>
    /// Puts documents; the counts of their parents grow. A parent must be in the file or among them, unless it is the lost parent of the
    /// document that creates them.
    /// </summary>
    public void Insert(ReadOnlySpan<Draft> drafts, Unid? orphansOf)
    {
        foreach (var draft in drafts)
        {
            var document = draft.Document;
            foreach (var content in Transition.ContentsOf(document))
                Contents.Refer(_contentTable, content.Id);
            _documents.Insert(document, draft.Detail);
            Remember(new StoredDocument(document with { Attempts = [] }, 0), draft.Detail.Length);
            Tally.Add(document, +1);
        }
        foreach (var draft in drafts)
        {
            if (draft.Document.Parent is { } parent)
                CountUp(parent, draft.Document, orphansOf);
        }
        foreach (var draft in drafts)
            Hint(Find((long)draft.Document.Id.High)!.Document);
    }

    /// <summary>Writes what a settlement made of a document.</summary>
    public void Update(Document before, Document after, Settlement settlement)
    {
        var stored = new StoredDocument(after, NextFence());
        if (settlement.Envelope is not null)
            _documents.UpdateDetail(after);
        _documents.Update(after, stored.Fence);
        if (settlement.Destination is not null || settlement.Notices is not null || settlement.Releases is not null || settlement.Began is not null)
            _documents.UpdateCourse(after);
        if (settlement.Attempt is not null)
            _documents.InsertAttempt(after.Id, before.AttemptCount, settlement.Attempt);
        Remember(stored, 0);
        Tally.Add(before, -1);
        Tally.Add(after, +1);
        Hint(after);
    }

    /// <summary>Removes a document with its attempts and its share in its contents; the last child takes its parent along.</summary>
    public void Remove(Document document)
    {
        var id = (long)document.Id.High;
        EndLease(id);
        _documents.Delete(document);
        _recent.Remove(id);
        Tally.Add(document, -1);
        foreach (var content in Transition.ContentsOf(document))
            Contents.Release(_contentTable, content.Id);
        if (document.Parent is not { } parent || Find((long)parent.High) is not { } stored)
            return;
        if (stored.Document.Children <= 1)
            Remove(stored.Document);
        else
            SetChildren(stored, stored.Document.Children - 1);
    }

    /// <summary>Writes a due time.</summary>
    public void MakeDue(long id, DateTimeOffset due)
    {
        _documents.UpdateDue(id, due.ToUnixTimeMilliseconds());
        if (_recent.TryGet(id, out var stored))
            Remember(stored with { Document = stored.Document with { Due = due } }, 0);
    }

    /// <summary>A hint that goes out when the transaction is done.</summary>
    public void Hint(QueueHint hint) => _hints.Add(hint);

    /// <summary>Gives unused space back to the disk. Nothing else runs meanwhile; nothing is lost where it fails or is killed.</summary>
    public CompactionReport Compact()
    {
        var before = StoreFile.Size(Path);
        Fingerprints.PruneAll();
        _connection.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
        _connection.Execute("VACUUM");
        _connection.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
        return new CompactionReport("queues", before, StoreFile.Size(Path));
    }

    public void BeforeCommit()
    {
        Accounts.BeforeCommit();
        Counters.BeforeCommit();
        Fingerprints.BeforeCommit();
    }

    public void Committed()
    {
        var counted = Counters.Committed();
        if (counted.Length > 0)
            Accounts.Bookkeeper?.Stored(counted);
        Accounts.Ended();
        Fingerprints.Committed();
        Tally.Committed();
        Contents.Committed();
        _ended.Clear();
        _watchers.Tell(_hints);
        _hints.Clear();
    }

    public void RolledBack()
    {
        Counters.RolledBack();
        Accounts.Ended();
        Fingerprints.RolledBack();
        Tally.RolledBack();
        Contents.RolledBack();
        foreach (var (id, lease) in _ended)
            Leases.Restore(id, lease);
        _ended.Clear();
        _hints.Clear();
        _recent.Clear();
    }

    public void Dispose() => _connection.Dispose();

    private void CountUp(Unid parent, Document child, Unid? orphansOf)
    {
        if (Find((long)parent.High) is { } stored && stored.Document.Id == parent)
            SetChildren(stored, stored.Document.Children + 1);
        else if (parent != orphansOf)
            throw new ArgumentException($"Document {child.Id} has a parent, {parent}, that is not in the store.");
    }

    private void SetChildren(StoredDocument stored, int children)
    {
        _documents.UpdateChildren(stored.Key, children);
        Remember(stored with { Document = stored.Document with { Children = children } }, 0);
    }

    private void Remember(StoredDocument stored, int detail) => _recent.Add(stored.Key, stored, DocumentWeight + detail
        + (stored.Document.Envelope?.Recipients.Length ?? 0) * 128);

    private void Hint(Document document)
    {
        if (Watchers.HintOf(document) is { } hint)
            _hints.Add(hint);
    }
}
