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
        file.Accounts.Put(drafts, time.GetUtcNow());
    }

    /// <summary>Puts a document unless it was put; returns the id of the one that is in the store or was.</summary>
    public Unid PutOnce(Draft[] draft, Fingerprint fingerprint, DateTimeOffset until, IReadOnlyList<CounterChange> counters)
    {
        if (file.Fingerprints.Find(fingerprint) is { } first)
            return first;
        Put(draft, counters);
        var id = draft[0].Document.Id;
        file.Fingerprints.Add(fingerprint, id, until);
        return id;
    }

    /// <summary>Takes what is due in a lane.</summary>
    public IReadOnlyList<Lease> Take(WorkQueue queue, string destination, int most, TimeSpan length)
    {
        _found.Clear();
        for (var rank = 0; rank <= 2 && _found.Count < most; rank++)
            file.Documents.Waiting(queue, destination, rank, time.GetUtcNow(), file.Leases, most, _found);
        return TakeFound(length);
    }

    /// <summary>Reads what is finished.</summary>
    public IReadOnlyList<Lease> ReadFinished(WorkQueue queue, DocumentState state, Unid? after, int most)
    {
        var leases = new List<Lease>();
        foreach (var id in file.Documents.Finished(queue, state, after, most))
        {
            if (file.Find(id) is not { } stored)
                continue;
            var document = stored.Document;
            leases.Add(new Lease(state == DocumentState.Failure ? document with { Attempts = file.Attempts(document) } : document, file.FenceOf(stored)));
        }
        return leases;
    }

    /// <summary>Reads one, as its row has it: what releases it must know the state of before the take.</summary>
    public Lease? ReadLease(Unid id) => Owned(id) is { } stored
        ? new Lease(stored.Document with { Attempts = file.Attempts(stored.Document) }, file.FenceOf(stored))
        : null;

    /// <summary>Carries out settlements.</summary>
    public IReadOnlyList<bool> Settle(SettlementStep[] steps)
    {
        var settled = new List<bool>(steps.Length);
        var now = time.GetUtcNow();
        for (var i = 0; i < steps.Length;)
        {
            var end = i + 1;
            while (end < steps.Length && steps[end].Joins)
                end++;
            settled.Add(Settle(steps.AsSpan(i..end), now));
            i = end;
        }
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

    // All of them or none: nothing is changed before all leases were looked at.
    private bool Settle(ReadOnlySpan<SettlementStep> steps, DateTimeOffset now)
    {
        foreach (var step in steps)
        {
            var lease = step.Settlement.Lease;
            if (Owned(lease.Document.Id) is not { } stored || file.FenceOf(stored) != lease.Fence)
                return false;
        }
        foreach (var step in steps)
        {
            var stored = Owned(step.Settlement.Lease.Document.Id)!;
            file.EndLease(stored.Key);
            // Before any removal, so that a content that goes on to a new document is not gone in between.
            if (step.Created.Length > 0)
                file.Insert(step.Created, stored.Document.Parent);
        }
        foreach (var step in steps)
        {
            if (step.Settlement.Kind == SettlementKind.Removed)
                continue;
            var document = Owned(step.Settlement.Lease.Document.Id)!.Document;
            file.Update(document, Transition.Settle(document, step.Settlement), step.Settlement);
        }
        foreach (var step in steps)
        {
            // Its last child may have taken it along.
            if (step.Settlement.Kind == SettlementKind.Removed && Owned(step.Settlement.Lease.Document.Id) is { } stored)
                file.Remove(stored.Document);
            file.Counters.Add(step.Settlement.Counters.IsDefault ? [] : step.Settlement.Counters);
            file.Accounts.Settle(step.Settlement, now);
        }
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
