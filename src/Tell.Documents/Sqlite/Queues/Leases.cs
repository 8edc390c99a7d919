namespace Tell.Documents.Sqlite;

/// <summary>
/// Who has which document now. In memory only: one process owns the file, and with it end its leases; a take costs the disk nothing.
/// Safe to call from any thread.
/// </summary>
internal sealed class Leases(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Held> _held = [];

    /// <summary>A lease. One that has ended can still settle, until somebody takes the document.</summary>
    internal readonly record struct Held(long Fence, DateTimeOffset Until, WorkQueue Queue, DocumentState State);

    /// <summary>True where somebody has it now.</summary>
    public bool IsTaken(long id)
    {
        lock (_gate)
            return _held.TryGetValue(id, out var held) && held.Until > time.GetUtcNow();
    }

    /// <summary>Begins a lease, in the place of one that has ended.</summary>
    public void Take(Document document, long fence, TimeSpan length)
    {
        lock (_gate)
            _held[(long)document.Id.High] = new Held(fence, time.GetUtcNow() + length, document.Queue!.Value, document.State);
    }

    /// <summary>Lengthens a lease; false where it is not held with that fence.</summary>
    public bool Renew(long id, long fence, TimeSpan length)
    {
        lock (_gate)
        {
            if (!_held.TryGetValue(id, out var held) || held.Fence != fence)
                return false;
            _held[id] = held with { Until = time.GetUtcNow() + length };
            return true;
        }
    }

    /// <summary>The fence of a document that was taken; null where its row has it.</summary>
    public long? FenceOf(long id)
    {
        lock (_gate)
            return _held.TryGetValue(id, out var held) ? held.Fence : null;
    }

    /// <summary>Ends a lease; null where there was none.</summary>
    public Held? End(long id)
    {
        lock (_gate)
            return _held.Remove(id, out var held) ? held : null;
    }

    /// <summary>Takes an end back.</summary>
    public void Restore(long id, Held held)
    {
        lock (_gate)
            _held[id] = held;
    }

    /// <summary>The documents of a queue that are taken now, with the state of before, by id.</summary>
    public List<(long Id, DocumentState State)> Taken(WorkQueue queue)
    {
        var now = time.GetUtcNow();
        lock (_gate)
            return [.. _held.Where(h => h.Value.Queue == queue && h.Value.Until > now).Select(h => (h.Key, h.Value.State)).Order()];
    }

    /// <summary>A document as readers see it: what is taken has no due time, and in SMTPOBWQ is LockedForXmit.</summary>
    public Document Show(Document document) => document.Due is null || !IsTaken((long)document.Id.High) ? document : document with
    {
        Due = null,
        State = document.Queue == WorkQueue.Outbound ? DocumentState.LockedForXmit : document.State,
    };
}
