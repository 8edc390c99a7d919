using System.Collections.Concurrent;
using Tell.Documents;

namespace Tell.Mta.Statistics;

/// <summary>
/// Numbers that belong to no document: how many sessions are open, and tallies of connections and refusals. Tallies are kept here and
/// written to the store by the Delivery Report Task at the end of each of its rounds, and at stop; a crash loses at most those of one round.
/// </summary>
public sealed class Gauges
{
    private readonly ConcurrentDictionary<string, long> _tallies = new(StringComparer.Ordinal);
    private long _inbound, _outbound, _destinations, _down, _overload;

    /// <summary>Inbound sessions open.</summary>
    public long InboundSessions => Interlocked.Read(ref _inbound);

    /// <summary>Outbound sessions open.</summary>
    public long OutboundSessions => Interlocked.Read(ref _outbound);

    /// <summary>0 where mail is taken as it comes, 1 where intake is slowed, 2 where mail is refused.</summary>
    public long Overload
    {
        get => Interlocked.Read(ref _overload);
        internal set => Interlocked.Exchange(ref _overload, value);
    }

    /// <summary>Next hops in use.</summary>
    public long Destinations => Interlocked.Read(ref _destinations);

    /// <summary>Next hops that are down.</summary>
    public long DestinationsDown => Interlocked.Read(ref _down);

    /// <summary>Adds to a tally.</summary>
    public void Add(string name, long delta = 1) => _tallies.AddOrUpdate(name, delta, (_, value) => value + delta);

    /// <summary>The tallies that are not in the store yet.</summary>
    public IEnumerable<KeyValuePair<string, long>> Pending => _tallies.Where(tally => tally.Value != 0);

    /// <summary>Writes the tallies to the store; where it cannot take them they are kept for the next time.</summary>
    /// <exception cref="StoreException">The store cannot take them.</exception>
    public async ValueTask StoreAsync(IQueueStore store, CancellationToken cancellation)
    {
        var changes = new List<CounterChange>();
        foreach (var name in _tallies.Keys)
        {
            if (_tallies.TryRemove(name, out var value) && value != 0)
                changes.Add(new CounterChange(name, value));
        }
        try
        {
            await store.ChangeCountersAsync(changes, cancellation);
        }
        catch
        {
            foreach (var change in changes)
                Add(change.Name, change.Delta);
            throw;
        }
    }

    internal void InboundSession(int delta) => Interlocked.Add(ref _inbound, delta);

    internal void OutboundSession(int delta) => Interlocked.Add(ref _outbound, delta);

    internal void Destination(int delta) => Interlocked.Add(ref _destinations, delta);

    internal void Down(int delta) => Interlocked.Add(ref _down, delta);
}
