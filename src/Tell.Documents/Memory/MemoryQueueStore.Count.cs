using System.Runtime.InteropServices;

namespace Tell.Documents.Memory;

internal sealed partial class MemoryQueueStore
{
    private readonly SortedDictionary<string, long> _counters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _later = new(StringComparer.Ordinal);
    private readonly Dictionary<(TrafficKind Kind, string Name), (Traffic Traffic, DateTimeOffset Last)> _traffic = [];
    private readonly List<CounterChange> _counted = [];
    private IBookkeeper? _bookkeeper;

    public void AccountWith(IBookkeeper bookkeeper) => Do(() => _bookkeeper = bookkeeper);

    ref Traffic IAccounts.Of(TrafficKind kind, string name)
    {
        Keep(_traffic, (kind, name));
        ref var account = ref CollectionsMarshal.GetValueRefOrAddDefault(_traffic, (kind, name), out _);
        account.Last = Transition.Whole(Now);
        return ref account.Traffic;
    }

    void IAccounts.Count(string counter, long delta) => Add(counter, delta);

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

    public ValueTask<int> ForgetTrafficAsync(DateTimeOffset since, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() =>
        {
            var gone = _traffic.Where(t => t.Key.Kind == TrafficKind.Destination && t.Value.Last < since).Select(t => t.Key).ToList();
            foreach (var key in gone)
                _traffic.Remove(key);
            return gone.Count;
        }));
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

    public ValueTask ChangeCountersAsync(IReadOnlyList<CounterChange> counters, IReadOnlyList<TrafficChange> traffic, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Do(() =>
        {
            _undo.Clear();
            Count(counters, traffic);
            TellStored();
            return true;
        });
        return ValueTask.CompletedTask;
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
            ref var sum = ref ((IAccounts)this).Of(change.Kind, change.Name);
            sum += change.Delta;
        }
    }

    // A verb is a transaction: what it counted is stored when it has ended.
    private void TellStored()
    {
        _bookkeeper?.Stored(CollectionsMarshal.AsSpan(_counted));
        _counted.Clear();
    }

    private void Add(string name, long delta)
    {
        Keep(_counters, name);
        _counted.Add(new CounterChange(name, delta));
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
