namespace Tell.Documents.Sqlite;

/// <summary>The verbs that run on the writing thread, each within one call of it.</summary>
internal sealed class Verbs(QueueFile file, TimeProvider time)
{
    private readonly List<long> _found = [];

    /// <summary>Puts documents.</summary>
    public void Put(Draft[] drafts, IReadOnlyList<CounterChange> counters)
    {
        file.Insert(drafts, orphansOf: null);
        file.Counters.Add(counters);
    }

    /// <summary>Takes what is due in a lane.</summary>
    public IReadOnlyList<Lease> Take(WorkQueue queue, string destination, int most, TimeSpan length)
    {
        _found.Clear();
        for (var rank = 0; rank <= 2 && _found.Count < most; rank++)
            file.Documents.Waiting(queue, destination, rank, time.GetUtcNow(), file.Leases, most, _found);
        return TakeFound(length);
    }

    /// <summary>Takes what is old.</summary>
    public IReadOnlyList<Lease> TakeOlder(WorkQueue queue, DateTimeOffset before, int most, TimeSpan length)
    {
        var milliseconds = before.ToUnixTimeMilliseconds();
        if (DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) < before)
            milliseconds++;
        _found.Clear();
        file.Documents.Older(queue, milliseconds << Unid.SequenceBits, file.Leases, most, _found);
        return TakeFound(length);
    }

    /// <summary>Reads what is finished.</summary>
    public IReadOnlyList<Lease> ReadFinished(WorkQueue queue, int most)
    {
        var leases = new List<Lease>();
        foreach (var id in file.Documents.Finished(queue, most))
        {
            if (file.Find(id) is not { } stored)
                continue;
            var document = stored.Document;
            leases.Add(new Lease(document.State == DocumentState.Failure ? document with { Attempts = file.Attempts(document) } : document, file.FenceOf(stored)));
        }
        return leases;
    }

    /// <summary>Reads one, as its row has it: what releases it must know the state of before the take.</summary>
    public Lease? ReadLease(Unid id) => Owned(id) is { } stored
        ? new Lease(stored.Document with { Attempts = file.Attempts(stored.Document) }, file.FenceOf(stored))
        : null;

    /// <summary>Carries out settlements.</summary>
    public IReadOnlyList<bool> Settle(IReadOnlyList<Settlement> settlements, Draft[][] created)
    {
        var settled = new bool[settlements.Count];
        for (var i = 0; i < settled.Length; i++)
            settled[i] = Settle(settlements[i], created[i]);
        return settled;
    }

    /// <summary>Makes up to so many waiting documents of a lane due; returns how many.</summary>
    public int MakeDue(WorkQueue queue, string destination, DateTimeOffset now, int most)
    {
        _found.Clear();
        for (var rank = 0; rank <= 2 && _found.Count < most; rank++)
            file.Documents.Later(queue, destination, rank, now, file.Leases, most, _found);
        foreach (var id in _found)
            file.MakeDue(id, now);
        if (_found.Count > 0)
            file.Hint(new QueueHint(queue, QueueHintKind.Waiting, destination, now));
        return _found.Count;
    }

    private bool Settle(Settlement settlement, Draft[] created)
    {
        var lease = settlement.Lease;
        if (Owned(lease.Document.Id) is not { } stored || file.FenceOf(stored) != lease.Fence)
            return false;
        file.EndLease(stored.Key);
        if (created.Length > 0)
        {
            // Before a removal, so that a content that goes on to a new document is not gone in between.
            file.Insert(created, stored.Document.Parent);
            stored = file.Find(stored.Key)!;
        }
        if (settlement.Kind == SettlementKind.Removed)
            file.Remove(stored.Document);
        else
            file.Update(stored.Document, Transition.Settle(stored.Document, settlement), settlement);
        file.Counters.Add(settlement.Counters.IsDefault ? [] : settlement.Counters);
        return true;
    }

    private StoredDocument? Owned(Unid id) => file.Find((long)id.High) is { } stored && stored.Document.Id == id ? stored : null;

    private IReadOnlyList<Lease> TakeFound(TimeSpan length)
    {
        if (_found.Count == 0)
            return [];
        var leases = new List<Lease>(_found.Count);
        foreach (var id in _found)
        {
            if (file.Find(id) is not { } stored)
                continue;
            var fence = file.NextFence();
            file.Leases.Take(stored.Document, fence, length);
            leases.Add(new Lease(stored.Document, fence));
        }
        return leases;
    }
}
