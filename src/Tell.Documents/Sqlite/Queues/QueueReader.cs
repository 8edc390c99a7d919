namespace Tell.Documents.Sqlite;

/// <summary>Answers questions on queues.db on a thread and a connection of its own, so that a long view never holds up mail.</summary>
internal sealed class QueueReader
{
    private readonly Connection _connection;
    private readonly DocumentTable _documents;
    private readonly ContentTable _contents;
    private readonly AgedDocuments _aged;
    private readonly StoredCount _stored;
    private readonly TrafficTable _traffic;
    private readonly QueueFile _file;
    private readonly Leases _leases;

    /// <summary>A reader of a file that is open for writing.</summary>
    public QueueReader(QueueFile file, string name)
    {
        (_file, _leases) = (file, file.Leases);
        _connection = StoreFile.OpenReader(file.Path);
        _documents = new DocumentTable(_connection);
        _aged = new AgedDocuments(_connection);
        _stored = new StoredCount(_connection);
        _traffic = new TrafficTable(_connection);
        _contents = new ContentTable(_connection);
        Thread = new StoreThread(name, batch =>
        {
            foreach (var operation in batch)
                Answer(operation);
        });
    }

    /// <summary>The thread that its members are to be called on.</summary>
    public StoreThread Thread { get; }

    /// <summary>The document with its attempts, as readers see it.</summary>
    public Document? Get(Unid id) => _documents.Get((long)id.High) is { } stored && stored.Document.Id == id
        ? _leases.Show(stored.Document) with { Attempts = _documents.Attempts(stored.Document) }
        : null;

    /// <summary>The octets of a small content; null for one in pieces. The second value is false where there is no such content.</summary>
    public (byte[]? Octets, bool Found) Content(long id) =>
        _contents.Octets(id) is { } octets ? (octets, true) : (null, _contents.Find(id, out _) || _contents.Piece(id, 0) is not null);

    /// <summary>A piece of a content; null where there is none.</summary>
    public byte[]? Piece(long id, int seq) => _contents.Piece(id, seq);

    /// <summary>The lanes that have waiting documents: a step along the index for each lane, however many documents wait in it.</summary>
    public IReadOnlyList<Lane> Lanes(WorkQueue queue)
    {
        var lanes = new List<Lane>();
        for (var lane = _documents.LaneAfter(queue, null); lane is not null; lane = _documents.LaneAfter(queue, lane))
        {
            if (_documents.Earliest(queue, lane, _leases) is { } due)
                lanes.Add(new Lane(lane, due));
        }
        return lanes;
    }

    /// <summary>When the earliest waiting document of a lane can be taken; null where none waits.</summary>
    public DateTimeOffset? NextDue(WorkQueue queue, string destination) => _documents.Earliest(queue, destination, _leases);

    /// <summary>Documents by the time from which their age counts, as leases.</summary>
    public IReadOnlyList<Lease> Aged(WorkQueue queue, DateTimeOffset after, DateTimeOffset until, int most)
    {
        var leases = new List<Lease>();
        foreach (var stored in _aged.Read(queue, after, until, most))
        {
            // The fence before the look at who has it: whoever takes it in between makes this lease void, and its own is not given away.
            var fence = _file.FenceOf(stored);
            leases.Add(new Lease(_leases.Show(stored.Document) with { Attempts = _documents.Attempts(stored.Document) }, fence));
        }
        return leases;
    }

    /// <summary>Adds what is stored in the rows after that id to the lanes; returns the last id, or null where there are no more.</summary>
    public long? Stored(WorkQueue queue, long after, Dictionary<string, StoredMail> lanes) => _stored.Add(queue, after, lanes);

    /// <summary>Accounts in the order of their names, after that name (null: from the first), at most so many.</summary>
    public List<(string Name, long Last, Traffic Traffic)> Traffic(TrafficKind kind, string? after, int most) => _traffic.Page(kind, after, most);

    /// <summary>The documents of a view.</summary>
    public IReadOnlyList<Document> View(QueueView view)
    {
        var found = new List<Document>();
        if (view.State == DocumentState.LockedForXmit)
        {
            ViewTaken(view, found);
            return found;
        }
        if (view.Limit <= 0)
            return found;
        foreach (var document in _documents.View(view, view.State))
        {
            var shown = _leases.Show(document);
            if (view.State is { } state && shown.State != state)
                continue;
            found.Add(shown);
            if (found.Count == view.Limit)
                break;
        }
        return found;
    }

    /// <summary>Ends the thread and closes the connection.</summary>
    public async Task CloseAsync()
    {
        await Thread.CloseAsync();
        _connection.Dispose();
    }

    // Rows are never LockedForXmit: who has what is in memory.
    private void ViewTaken(QueueView view, List<Document> found)
    {
        if (view.Queue is not (null or WorkQueue.Outbound))
            return;
        foreach (var (id, _) in _leases.Taken(WorkQueue.Outbound))
        {
            if (found.Count == view.Limit)
                return;
            if ((ulong)id <= (view.After?.High ?? 0) || _documents.Get(id) is not { } stored)
                continue;
            var shown = _leases.Show(stored.Document);
            if (shown.State == DocumentState.LockedForXmit && (view.Destination ?? shown.Destination) == shown.Destination
                && (view.Parent is null || view.Parent == shown.Parent))
                found.Add(shown);
        }
    }

    // The ladder of a reading thread: what a question throws goes to its caller.
    private static void Answer(Operation operation)
    {
        try
        {
            operation.Run();
        }
        catch (Exception failure)
        {
            operation.Fail(failure);
            return;
        }
        operation.Succeed();
    }
}
