using Tell.Documents;

namespace Tell.Mta.Reports;

/// <summary>
/// The times by which senders want to hear of messages (RFC 2852), and from when the age of those messages counts, by which they are found again
/// whatever has become of them meanwhile. In memory: what a restart or the bound loses is noticed at the next age at which all mail is looked at.
/// Safe for concurrent use.
/// </summary>
internal sealed class Deadlines
{
    private const int Most = 100_000;

    private readonly Lock _gate = new();
    private readonly PriorityQueue<DateTimeOffset, DateTimeOffset> _known = new();

    /// <summary>When the first of them has come; null where there is none.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            lock (_gate)
                return _known.TryPeek(out _, out var by) ? by : null;
        }
    }

    /// <summary>A document waits from now on.</summary>
    public void Note(Document document)
    {
        if (document.Envelope?.DeliverBy is not { } by)
            return;
        lock (_gate)
        {
            if (_known.Count < Most)
                _known.Enqueue(document.AgeFrom, by);
        }
    }

    /// <summary>Takes those that have come: from when the ages of their messages count.</summary>
    public IReadOnlyList<DateTimeOffset> TakeDue(DateTimeOffset now)
    {
        var due = new List<DateTimeOffset>();
        lock (_gate)
        {
            while (_known.TryPeek(out var from, out var by) && by <= now)
            {
                due.Add(from);
                _known.Dequeue();
            }
        }
        return due;
    }

    /// <summary>They could not be looked at: again at that time.</summary>
    public void PutBack(IEnumerable<DateTimeOffset> from, DateTimeOffset at)
    {
        lock (_gate)
            _known.EnqueueRange(from, at);
    }
}
