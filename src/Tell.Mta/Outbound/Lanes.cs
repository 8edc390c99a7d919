namespace Tell.Mta.Outbound;

/// <summary>
/// The lanes of one Destination and when each has something to take: the one that is due for longest comes first, and a lane that is asked
/// goes behind all that are due already, so that a large backlog in one lane does not hold up the others. Not safe for concurrent use.
/// </summary>
internal sealed class Lanes
{
    private readonly Agenda<string> _agenda = new(StringComparer.Ordinal);
    private readonly HashSet<string> _later = new(StringComparer.Ordinal);

    /// <summary>How many have something to take, now or later.</summary>
    public int Count => _agenda.Count;

    /// <summary>Their names.</summary>
    public IReadOnlyCollection<string> Names => _agenda.Things;

    /// <summary>When the first of them is due; null where there is none.</summary>
    public DateTimeOffset? Next => _agenda.Next;

    /// <summary>True where a lane has something to take, now or later.</summary>
    public bool Has(string lane) => _agenda.Has(lane);

    /// <summary>
    /// Mail of a lane can be taken from that time on; true where that is earlier than what was known. <paramref name="more"/>: other mail of
    /// it is, or may be, due at another time.
    /// </summary>
    public bool Notice(string lane, DateTimeOffset due, bool more)
    {
        if (more)
            _later.Add(lane);
        return _agenda.Plan(lane, due);
    }

    /// <summary>Takes the lane that is due for longest out of the list, to be asked; null where none is due.</summary>
    public string? TakeDue(DateTimeOffset now) => _agenda.TakeDue(now);

    /// <summary>True, once, where the store is to be asked when the lane is due next.</summary>
    public bool TakeLater(string lane) => _later.Remove(lane);
}
