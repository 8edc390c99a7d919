namespace Tell.Mta.Reports;

/// <summary>The groups of a round, in the order in which they were found. It holds so much and no more (invariant 4): what is beyond that waits for the next window of the backlog.</summary>
internal sealed class ReportGroups
{
    private const int MostCases = 10_000, MostRecipients = 20_000;

    private readonly Dictionary<MessageKey, ReportGroup> _byKey = [];
    private List<ReportGroup> _groups = [];
    private int _cases, _recipients;

    /// <summary>True where no more is to be added before some are taken out.</summary>
    public bool IsFull => _cases >= MostCases || _recipients >= MostRecipients;

    /// <summary>One more case, whose key is known. True where it is the first of its message.</summary>
    public bool Add(ReportCase one)
    {
        var key = one.Key!.Value;
        var isFirst = !_byKey.TryGetValue(key, out var group);
        if (group is null)
            _groups.Add(_byKey[key] = group = new ReportGroup(key));
        group.Add(one);
        _cases++;
        _recipients += one.Recipients.Length;
        return isFirst;
    }

    /// <summary>All of them; it is empty then.</summary>
    public IReadOnlyList<ReportGroup> TakeAll()
    {
        var all = _groups;
        _groups = [];
        _byKey.Clear();
        (_cases, _recipients) = (0, 0);
        return all;
    }
}
