using System.Runtime.InteropServices;

namespace Tell.Documents.Sqlite;

/// <summary>
/// The statistics, in memory and in the table "counter". The changes of all operations of a transaction are written once per name, and with them what was
/// counted outside of any. Changed by the engine's thread, read by any; <see cref="Later"/> may be called by any.
/// </summary>
internal sealed class Counters
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _changed = new(StringComparer.Ordinal);
    // What waits for a transaction, and what has joined the one that runs: it waits again where that fails.
    private readonly Dictionary<string, long> _later = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _joined = new(StringComparer.Ordinal);
    private readonly Statement _set;
    private readonly List<CounterChange> _deltas = [];

    public Counters(Connection connection)
    {
        _set = connection.Prepare("INSERT INTO counter(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = excluded.value");
        using var all = connection.Prepare("SELECT name, value FROM counter");
        while (all.Step())
            _values.Add(all.Text(0), all.Long(1));
    }

    /// <summary>True where something waits for a transaction. Any thread.</summary>
    public bool HasLater
    {
        get
        {
            lock (_gate)
                return _later.Count > 0;
        }
    }

    /// <summary>Adds to counters within the transaction.</summary>
    public void Add(IReadOnlyList<CounterChange> changes)
    {
        for (var i = 0; i < changes.Count; i++)
            Add(changes[i].Name, changes[i].Delta);
    }

    /// <summary>Adds to a counter within the transaction.</summary>
    public void Add(string name, long delta)
    {
        ref var value = ref CollectionsMarshal.GetValueRefOrAddDefault(_changed, name, out var known);
        value = (known ? value : _values.GetValueOrDefault(name)) + delta;
    }

    /// <summary>Adds to a counter along with the next transaction. Any thread.</summary>
    public void Later(string name, long delta)
    {
        lock (_gate)
            _later[name] = _later.GetValueOrDefault(name) + delta;
    }

    /// <summary>Writes what the transaction changed, and what waited for it.</summary>
    public void BeforeCommit()
    {
        lock (_gate)
        {
            foreach (var (name, delta) in _later)
            {
                Add(name, delta);
                _joined[name] = _joined.GetValueOrDefault(name) + delta;
            }
            _later.Clear();
        }
        foreach (var (name, value) in _changed)
            _set.Bind(1, name).Bind(2, value).Run();
    }

    /// <summary>The transaction is done. Returns what it changed; valid until the next.</summary>
    public ReadOnlySpan<CounterChange> Committed()
    {
        _deltas.Clear();
        if (_changed.Count == 0)
            return default;
        lock (_gate)
        {
            foreach (var (name, value) in _changed)
            {
                ref var stored = ref CollectionsMarshal.GetValueRefOrAddDefault(_values, name, out _);
                _deltas.Add(new CounterChange(name, value - stored));
                stored = value;
            }
            _joined.Clear();
        }
        _changed.Clear();
        return CollectionsMarshal.AsSpan(_deltas);
    }

    /// <summary>The transaction was not.</summary>
    public void RolledBack()
    {
        _changed.Clear();
        lock (_gate)
        {
            foreach (var (name, delta) in _joined)
                _later[name] = _later.GetValueOrDefault(name) + delta;
            _joined.Clear();
        }
    }

    /// <summary>All, by name, with what waits.</summary>
    public IReadOnlyDictionary<string, long> Show()
    {
        lock (_gate)
        {
            var shown = new SortedDictionary<string, long>(_values, StringComparer.Ordinal);
            foreach (var (name, delta) in _later.Concat(_joined))
                shown[name] = shown.GetValueOrDefault(name) + delta;
            return shown;
        }
    }
}
