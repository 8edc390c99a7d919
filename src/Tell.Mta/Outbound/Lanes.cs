namespace Tell.Mta.Outbound;

/// <summary>
/// The lanes of one Destination and when each has something to take: the one that is due for longest comes first, and a lane that is asked
/// goes behind all that are due already, so that a large backlog in one lane does not hold up the others. Not safe for concurrent use.
/// </summary>
internal sealed class Lanes
{
    private readonly SortedSet<(DateTimeOffset Due, long Turn, string Lane)> _order = [];
    private readonly Dictionary<string, (DateTimeOffset Due, long Turn)> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _later = new(StringComparer.Ordinal);
    private long _turn;

    /// <summary>How many have something to take, now or later.</summary>
    public int Count => _known.Count;

    /// <summary>Their names.</summary>
    public IReadOnlyCollection<string> Names => _known.Keys;

    /// <summary>When the first of them is due; null where there is none.</summary>
    public DateTimeOffset? Next => _order.Count == 0 ? null : _order.Min.Due;

    /// <summary>
    /// Mail of a lane can be taken from that time on; true where that is earlier than what was known. <paramref name="more"/>: other mail of
    /// it is, or may be, due at another time.
    /// </summary>
    public bool Notice(string lane, DateTimeOffset due, bool more)
    {
        if (more)
            _later.Add(lane);
        if (_known.TryGetValue(lane, out var known))
        {
            if (known.Due <= due)
                return false;
            _order.Remove((known.Due, known.Turn, lane));
        }
        _known[lane] = (due, _turn);
        _order.Add((due, _turn++, lane));
        return true;
    }

    /// <summary>Takes the lane that is due for longest out of the list, to be asked; null where none is due.</summary>
    public string? TakeDue(DateTimeOffset now)
    {
        if (_order.Count == 0 || _order.Min.Due > now)
            return null;
        var first = _order.Min;
        _order.Remove(first);
        _known.Remove(first.Lane);
        return first.Lane;
    }

    /// <summary>True, once, where the store is to be asked when the lane is due next.</summary>
    public bool TakeLater(string lane) => _later.Remove(lane);
}
