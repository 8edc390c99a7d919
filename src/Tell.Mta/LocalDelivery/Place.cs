namespace Tell.Mta.LocalDelivery;

/// <summary>A user, group or address in the graph of who leads to whom; each is one place however many ways lead there.</summary>
internal sealed class Place(Stop stop)
{
    /// <summary>The first, and therefore shortest, way to it.</summary>
    public Stop Stop => stop;

    /// <summary>Others whom the sender named, and who turned out to be the same.</summary>
    public List<Stop> Also { get; } = [];

    /// <summary>The places that lead to it.</summary>
    public List<Place> From { get; } = [];

    /// <summary>True where the sender named it.</summary>
    public bool IsNamed { get; private set; }

    /// <summary>True where the Memo comes to an end here, or in a place that this one leads to.</summary>
    public bool IsServed { get; set; }

    /// <summary>True for a group that has no members.</summary>
    public bool IsEmptyGroup { get; set; }

    /// <summary>One more way to it.</summary>
    /// <param name="from">The place that leads to it; null for the sender.</param>
    public void Join(Place? from)
    {
        if (from is null)
            IsNamed = true;
        else
            From.Add(from);
    }

    /// <summary>All ways to another, which turned out to be the same.</summary>
    public void Take(Place same)
    {
        if (same.IsNamed)
            Also.Add(same.Stop);
        IsNamed |= same.IsNamed;
        From.AddRange(same.From);
    }
}
