namespace Tell.Mta.Outbound;

/// <summary>
/// What is to be looked at, and when: each thing once, at the earliest time that was asked for; of those due together the one that was
/// planned first. Costs the logarithm of its size and no timer. Not safe for concurrent use.
/// </summary>
internal sealed class Agenda<T>(IEqualityComparer<T>? comparer = null)
    where T : class
{
    private static readonly IComparer<(DateTimeOffset Time, long Turn, T Thing)> ByTimeAndTurn =
        Comparer<(DateTimeOffset Time, long Turn, T Thing)>.Create((one, other) => (one.Time, one.Turn).CompareTo((other.Time, other.Turn)));

    private readonly SortedSet<(DateTimeOffset Time, long Turn, T Thing)> _order = new(ByTimeAndTurn);
    private readonly Dictionary<T, (DateTimeOffset Time, long Turn)> _planned = new(comparer);
    private long _turn;

    /// <summary>How many things are planned.</summary>
    public int Count => _planned.Count;

    /// <summary>The things planned.</summary>
    public IReadOnlyCollection<T> Things => _planned.Keys;

    /// <summary>When the first of them is due; null where there is none.</summary>
    public DateTimeOffset? Next => _order.Count == 0 ? null : _order.Min.Time;

    /// <summary>True where a thing is planned.</summary>
    public bool Has(T thing) => _planned.ContainsKey(thing);

    /// <summary>Plans a thing; true where it was not planned, or for later.</summary>
    public bool Plan(T thing, DateTimeOffset time)
    {
        if (_planned.TryGetValue(thing, out var known))
        {
            if (known.Time <= time)
                return false;
            _order.Remove((known.Time, known.Turn, thing));
        }
        _planned[thing] = (time, _turn);
        _order.Add((time, _turn++, thing));
        return true;
    }

    /// <summary>Takes the thing that is due for longest; null where none is due.</summary>
    public T? TakeDue(DateTimeOffset now)
    {
        if (_order.Count == 0 || _order.Min is var first && first.Time > now)
            return null;
        _order.Remove(first);
        _planned.Remove(first.Thing);
        return first.Thing;
    }
}
