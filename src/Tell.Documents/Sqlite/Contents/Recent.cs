using System.Diagnostics.CodeAnalysis;

namespace Tell.Documents.Sqlite;

/// <summary>
/// Keeps what was added or asked for lately, up to a weight: in two generations, of which the older is forgotten when the younger is
/// half full. So there is no list to mend at each use. Safe to call from any thread.
/// </summary>
/// <param name="most">The weight that is never exceeded.</param>
internal sealed class Recent<T>(long most)
    where T : class
{
    private readonly Lock _gate = new();
    private Dictionary<long, (T Value, int Weight)> _young = [], _old = [];
    private long _weight;

    /// <summary>Adds or replaces. What is heavier than half of all is not kept.</summary>
    public void Add(long key, T value, int weight)
    {
        lock (_gate)
        {
            _old.Remove(key);
            if (_young.Remove(key, out var before))
                _weight -= before.Weight;
            if (weight > most / 2)
                return;
            if (_weight + weight > most / 2)
            {
                (_young, _old) = (_old, _young);
                _young.Clear();
                _weight = 0;
            }
            _young.Add(key, (value, weight));
            _weight += weight;
        }
    }

    /// <summary>What was added, unless it was forgotten.</summary>
    public bool TryGet(long key, [NotNullWhen(true)] out T? value)
    {
        lock (_gate)
        {
            if (_young.TryGetValue(key, out var kept) || _old.TryGetValue(key, out kept))
            {
                value = kept.Value;
                return true;
            }
        }
        value = null;
        return false;
    }

    /// <summary>Forgets one.</summary>
    public void Remove(long key)
    {
        lock (_gate)
        {
            _old.Remove(key);
            if (_young.Remove(key, out var kept))
                _weight -= kept.Weight;
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _young.Clear();
            _old.Clear();
            _weight = 0;
        }
    }
}
