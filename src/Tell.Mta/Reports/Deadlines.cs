using Tell.Documents;

namespace Tell.Mta.Reports;

/// <summary>
/// The times by which senders want to hear of messages (RFC 2852), and from when the age of those messages counts, by which they are found again
/// whatever has become of them meanwhile. In memory, and no more than a bound: the nearest are kept, and those that there is no room for are found again in the
/// store before they come (<see cref="DeadlineSearch"/>). What a restart loses is noticed at the next age at which all mail is looked at.
/// Safe for concurrent use.
/// </summary>
internal sealed class Deadlines
{
    private const int Most = 100_000;

    private readonly Lock _gate = new();
    private readonly SortedSet<(DateTimeOffset By, DateTimeOffset From)> _known = [];
    private DateTimeOffset? _left;

    /// <summary>When the first of them has come, or has to be searched for; null where there is none.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            lock (_gate)
                return _known.Count == 0 || _left < _known.Min.By ? _left : _known.Min.By;
        }
    }

    /// <summary>A document waits from now on.</summary>
    public void Note(Document document)
    {
        if (document.Envelope?.DeliverBy is not { } by)
            return;
        lock (_gate)
        {
            _known.Add((by, document.AgeFrom));
            if (_known.Count <= Most)
                return;
            var last = _known.Max;
            _known.Remove(last);
            if (!(_left <= last.By))
                _left = last.By;
        }
    }

    /// <summary>Takes those that have come, the first of them and no more than that many: from when the ages of their messages count.</summary>
    public IReadOnlyList<DateTimeOffset> TakeDue(DateTimeOffset now, int most)
    {
        var due = new List<DateTimeOffset>();
        lock (_gate)
        {
            while (due.Count < most && _known.Count > 0 && _known.Min is var first && first.By <= now)
            {
                due.Add(first.From);
                _known.Remove(first);
            }
        }
        return due;
    }

    /// <summary>They could not be looked at: again at that time.</summary>
    public void PutBack(IEnumerable<DateTimeOffset> from, DateTimeOffset at)
    {
        lock (_gate)
            _known.UnionWith(from.Select(one => (at, one)));
    }

    /// <summary>
    /// Where some were left out, and half of the room is free or the first of those has come: the first of them. Whoever asks notes all from that one on again;
    /// those that there is still no room for are left out anew.
    /// </summary>
    public DateTimeOffset? TakeLeft(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_left is not { } left || (_known.Count > Most / 2 && left > now))
                return null;
            _left = null;
            return left;
        }
    }
}
