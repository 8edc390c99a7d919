using System.Collections.Immutable;
using Tell.Documents;

namespace Tell.Mta.Reports;

/// <summary>What an <see cref="AgeWatch"/> remembers of one queue, in memory: a mark for each age, and documents that were taken when they were looked at. Bounded.</summary>
internal sealed class AgeMarks(WorkQueue queue)
{
    private const int MostTaken = 10_000;

    private readonly HashSet<Unid> _taken = [];
    private ImmutableArray<TimeSpan> _ages = [];
    private ImmutableArray<AgeMark> _marks = [];

    /// <summary>The queue.</summary>
    public WorkQueue Queue => queue;

    /// <summary>When those that were taken are looked at again.</summary>
    public DateTimeOffset Again { get; set; } = DateTimeOffset.MaxValue;

    /// <summary>When all ages are looked at as if they were new.</summary>
    public DateTimeOffset Anew { get; set; } = DateTimeOffset.MaxValue;

    /// <summary>The documents that were taken.</summary>
    public IReadOnlyCollection<Unid> Taken => _taken;

    /// <summary>The marks, by age.</summary>
    public ImmutableArray<AgeMark> Marks => _marks;

    /// <summary>When to look again at the latest.</summary>
    public DateTimeOffset Next => _marks.Select(mark => mark.Next).Append(Again).Append(Anew).Min();

    /// <summary>These are the ages from now on: those that were known keep their marks. True where they have changed.</summary>
    public bool Keep(ImmutableArray<TimeSpan> ages)
    {
        if (_ages == ages)
            return false;
        _ages = ages;
        _marks = [.. ages.Select(age => _marks.FirstOrDefault(mark => mark.Age == age) ?? new AgeMark(age))];
        return true;
    }

    /// <summary>Forgets all marks.</summary>
    public void Begin() => _marks = [.. _ages.Select(age => new AgeMark(age))];

    /// <summary>A document is looked at again; false where there are too many of them.</summary>
    public bool Remember(Unid id)
    {
        if (_taken.Count >= MostTaken && !_taken.Contains(id))
            return false;
        _taken.Add(id);
        return true;
    }

    /// <summary>A document was looked at.</summary>
    public void Forget(Unid id) => _taken.Remove(id);
}
