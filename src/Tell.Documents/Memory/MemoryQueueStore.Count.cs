namespace Tell.Documents.Memory;

internal sealed partial class MemoryQueueStore
{
    private readonly SortedDictionary<string, long> _counters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _later = new(StringComparer.Ordinal);
    private readonly Dictionary<(TrafficKind Kind, string Name), (Traffic Traffic, DateTimeOffset Last)> _traffic = [];

    public ValueTask<IReadOnlyList<StoredMail>> StoredAsync(WorkQueue queue, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do<IReadOnlyList<StoredMail>>(() =>
            [.. _rows.Values.Select(r => r.Document).Where(d => d.Queue == queue && d.Due is not null).GroupBy(d => d.Destination)
                .Select(lane => new StoredMail(lane.Key, lane.LongCount(), lane.Sum(d => (long)(d.Envelope?.Recipients.Length ?? 0)), lane.Sum(d => d.Content?.Size ?? 0)))]));
    }

    public ValueTask<IReadOnlyDictionary<string, Traffic>> TrafficAsync(TrafficKind kind, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do<IReadOnlyDictionary<string, Traffic>>(() =>
            _traffic.Where(t => t.Key.Kind == kind).ToDictionary(t => t.Key.Name, t => t.Value.Traffic, StringComparer.Ordinal)));
    }

    public ValueTask<bool> ResetTrafficAsync(TrafficKind kind, string? name, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() => ForgetTraffic(key => key.Kind == kind && (name is null || key.Name == name), _ => true) > 0));
    }

    public ValueTask<int> ForgetTrafficAsync(DateTimeOffset since, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() => ForgetTraffic(key => key.Kind == TrafficKind.Destination, last => last < since)));
    }

    public void Count(string name, long delta) => Do(() => _later[name] = _later.GetValueOrDefault(name) + delta);

    public ValueTask<IReadOnlyDictionary<string, long>> CountersAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do<IReadOnlyDictionary<string, long>>(() =>
        {
            var shown = new SortedDictionary<string, long>(_counters, StringComparer.Ordinal);
            foreach (var (name, delta) in _later)
                shown[name] = shown.GetValueOrDefault(name) + delta;
            return shown;
        }));
    }

    public ValueTask ChangeCountersAsync(IReadOnlyList<CounterChange> counters, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Do(() =>
        {
            _undo.Clear();
            Count(counters, []);
            return true;
        });
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> ResetCounterAsync(string name, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() =>
        {
            if (!_counters.ContainsKey(name) && !_later.ContainsKey(name))
                return false;
            _later.Remove(name);
            _counters[name] = 0;
            return true;
        }));
    }

    private int ForgetTraffic(Func<(TrafficKind Kind, string Name), bool> fits, Func<DateTimeOffset, bool> lastly)
    {
        var gone = _traffic.Where(t => fits(t.Key) && lastly(t.Value.Last)).Select(t => t.Key).ToList();
        foreach (var key in gone)
            _traffic.Remove(key);
        return gone.Count;
    }

    private void Count(IReadOnlyList<CounterChange> counters, IReadOnlyList<TrafficChange> traffic)
    {
        foreach (var (name, delta) in _later.ToArray())
        {
            _later.Remove(name);
            _undo.Add(() => _later[name] = _later.GetValueOrDefault(name) + delta);
            Add(name, delta);
        }
        foreach (var change in counters)
            Add(change.Name, change.Delta);
        foreach (var change in traffic)
        {
            var key = (change.Kind, change.Name);
            Keep(_traffic, key);
            _traffic[key] = ((_traffic.GetValueOrDefault(key).Traffic ?? Traffic.None) + change.Delta, Transition.Whole(Now));
        }
    }

    private void Add(string name, long delta)
    {
        Keep(_counters, name);
        _counters[name] = _counters.GetValueOrDefault(name) + delta;
    }

    private void Keep<TKey, TValue>(IDictionary<TKey, TValue> values, TKey key)
    {
        var known = values.TryGetValue(key, out var before);
        _undo.Add(() =>
        {
            if (known)
                values[key] = before!;
            else
                values.Remove(key);
        });
    }
}
