using Tell.Documents;

namespace Tell.Mta.Reports;

/// <summary>
/// Which queues may have something finished that was not seen: those of which a hint has come, and now and then all, since a hint may be missed. Safe for
/// concurrent use.
/// </summary>
internal sealed class FinishedNews
{
    private int _queues;

    /// <summary>Something is finished there.</summary>
    public void Note(WorkQueue queue) => Interlocked.Or(ref _queues, BitOf(queue));

    /// <summary>Nobody knows where.</summary>
    public void NoteAll()
    {
        foreach (var queue in WorkQueues.All)
            Note(queue);
    }

    /// <summary>True where somebody has to look; what is noted from now on counts for the next look.</summary>
    public bool Take(WorkQueue queue) => (Interlocked.And(ref _queues, ~BitOf(queue)) & BitOf(queue)) != 0;

    private static int BitOf(WorkQueue queue) => 1 << (int)queue;
}
