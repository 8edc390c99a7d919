namespace Tell.Documents.Sqlite;

/// <summary>What a transaction changes in the accounts of channels and destinations: summed over all its operations and written once per account.</summary>
internal sealed class Accounts(TrafficTable table, TimeProvider time)
{
    private readonly Dictionary<(TrafficKind Kind, string Name), Traffic> _changes = [];

    /// <summary>Adds to accounts within the transaction.</summary>
    public void Add(IReadOnlyList<TrafficChange> changes)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            var (kind, name, delta) = changes[i];
            _changes[(kind, name)] = _changes.TryGetValue((kind, name), out var before) ? before + delta : delta;
        }
    }

    /// <summary>An account, or all of a kind, begins again; false where there was none.</summary>
    public bool Reset(TrafficKind kind, string? name)
    {
        var gathered = _changes.Keys.Where(key => key.Kind == kind && (name is null || key.Name == name)).ToList();
        gathered.ForEach(key => _changes.Remove(key));
        return table.Delete(kind, name) || gathered.Count > 0;
    }

    /// <summary>Forgets those of the destinations that nothing happened to since that time; returns how many.</summary>
    public int Forget(IReadOnlyList<string> destinations, long since)
    {
        var forgotten = 0;
        foreach (var name in destinations)
        {
            if (!_changes.ContainsKey((TrafficKind.Destination, name)) && table.DeleteOld(TrafficKind.Destination, name, since))
                forgotten++;
        }
        return forgotten;
    }

    /// <summary>Writes what the transaction changed.</summary>
    public void BeforeCommit()
    {
        if (_changes.Count == 0)
            return;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var ((kind, name), change) in _changes)
            table.Add(kind, name, change, now);
    }

    /// <summary>The transaction is over, done or not: the table says what came of it.</summary>
    public void Ended() => _changes.Clear();
}
