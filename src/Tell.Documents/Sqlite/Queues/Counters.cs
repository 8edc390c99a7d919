namespace Tell.Documents.Sqlite;

/// <summary>
/// The statistics, in memory and in the table "counter". The changes of all operations of a transaction are written once per name.
/// Changed by the engine's thread, read by any.
/// </summary>
internal sealed class Counters
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _changed = new(StringComparer.Ordinal);
    private readonly Statement _set;

    public Counters(Connection connection)
    {
        _set = connection.Prepare("INSERT INTO counter(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = excluded.value");
        using var all = connection.Prepare("SELECT name, value FROM counter");
        while (all.Step())
            _values.Add(all.Text(0), all.Long(1));
    }

    /// <summary>Adds to counters within the transaction.</summary>
    public void Add(IReadOnlyList<CounterChange> changes)
    {
        for (var i = 0; i < changes.Count; i++)
            _changed[changes[i].Name] = Current(changes[i].Name) + changes[i].Delta;
    }

    /// <summary>Sets a counter to zero within the transaction; false where there is none.</summary>
    public bool Reset(string name)
    {
        if (!_changed.ContainsKey(name) && !_values.ContainsKey(name))
            return false;
        _changed[name] = 0;
        return true;
    }

    /// <summary>Writes what the transaction changed.</summary>
    public void BeforeCommit()
    {
        foreach (var (name, value) in _changed)
            _set.Bind(1, name).Bind(2, value).Run();
    }

    /// <summary>The transaction is done.</summary>
    public void Committed()
    {
        if (_changed.Count == 0)
            return;
        lock (_gate)
        {
            foreach (var (name, value) in _changed)
                _values[name] = value;
        }
        _changed.Clear();
    }

    /// <summary>The transaction was not.</summary>
    public void RolledBack() => _changed.Clear();

    /// <summary>All, by name.</summary>
    public IReadOnlyDictionary<string, long> Show()
    {
        lock (_gate)
            return new SortedDictionary<string, long>(_values, StringComparer.Ordinal);
    }

    private long Current(string name) => _changed.TryGetValue(name, out var value) ? value : _values.GetValueOrDefault(name);
}
