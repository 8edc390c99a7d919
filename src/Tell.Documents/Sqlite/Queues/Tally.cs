namespace Tell.Documents.Sqlite;

/// <summary>How many rows of each queue are in each state, in memory. Changed by the engine's thread, read by any.</summary>
internal sealed class Tally
{
    private const int Queues = 5, States = 6;

    private readonly long[] _counts = new long[Queues * States];
    private readonly long[] _changes = new long[Queues * States];

    /// <summary>Sets a count, at the start.</summary>
    public void Set(int queue, int state, long count) => _counts[queue * States + state] = count;

    /// <summary>Counts a change of the transaction.</summary>
    public void Add(Document document, int change) => _changes[(int)document.Queue!.Value * States + (int)document.State] += change;

    /// <summary>The transaction is done.</summary>
    public void Committed()
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_changes[i] != 0)
                Interlocked.Add(ref _counts[i], _changes[i]);
        }
        Array.Clear(_changes);
    }

    /// <summary>The transaction was not.</summary>
    public void RolledBack() => Array.Clear(_changes);

    /// <summary>The counts as readers see them: what is taken in SMTPOBWQ is LockedForXmit.</summary>
    public IReadOnlyList<QueueCount> Show(Leases leases)
    {
        var shown = new long[_counts.Length];
        for (var i = 0; i < shown.Length; i++)
            shown[i] = Interlocked.Read(ref _counts[i]);
        foreach (var (_, state) in leases.Taken(WorkQueue.Outbound))
        {
            shown[(int)WorkQueue.Outbound * States + (int)state]--;
            shown[(int)WorkQueue.Outbound * States + (int)DocumentState.LockedForXmit]++;
        }
        var counts = new List<QueueCount>();
        for (var i = 0; i < shown.Length; i++)
        {
            if (shown[i] > 0)
                counts.Add(new QueueCount((WorkQueue)(i / States), (DocumentState)(i % States), shown[i]));
        }
        return counts;
    }
}
