using System.Runtime.InteropServices;

namespace Tell.Documents.Sqlite;

/// <summary>What a transaction changes in the accounts of channels and destinations: summed over all its operations and written once per account.</summary>
internal sealed class Accounts(TrafficTable table, Counters counters, TimeProvider time) : IAccounts
{
    private readonly Dictionary<string, Traffic> _channels = new(StringComparer.Ordinal), _destinations = new(StringComparer.Ordinal);

    private volatile IBookkeeper? _bookkeeper;

    /// <summary>Who reads off the events what they mean; null where nobody does. Any thread sets it.</summary>
    public IBookkeeper? Bookkeeper
    {
        get => _bookkeeper;
        set => _bookkeeper = value;
    }

    /// <summary>Documents are put.</summary>
    public void Put(ReadOnlySpan<Draft> drafts, DateTimeOffset now)
    {
        if (Bookkeeper is not { } books)
            return;
        foreach (var draft in drafts)
            books.Put(draft.Document, now, this);
    }

    /// <summary>A document goes on.</summary>
    public void Settle(Settlement settlement, DateTimeOffset now) => Bookkeeper?.Settle(settlement, now, this);

    public ref Traffic Of(TrafficKind kind, string name) =>
        ref CollectionsMarshal.GetValueRefOrAddDefault(kind == TrafficKind.Channel ? _channels : _destinations, name, out _);

    public void Count(string counter, long delta) => counters.Add(counter, delta);

    /// <summary>Adds to accounts within the transaction.</summary>
    public void Add(IReadOnlyList<TrafficChange> changes)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            ref var sum = ref Of(changes[i].Kind, changes[i].Name);
            sum += changes[i].Delta;
        }
    }

    /// <summary>Forgets those of the destinations that nothing happened to since that time; returns how many.</summary>
    public int Forget(IReadOnlyList<string> destinations, long since)
    {
        var forgotten = 0;
        foreach (var name in destinations)
        {
            if (!_destinations.ContainsKey(name) && table.DeleteOld(TrafficKind.Destination, name, since))
                forgotten++;
        }
        return forgotten;
    }

    /// <summary>Writes what the transaction changed.</summary>
    public void BeforeCommit()
    {
        if (_channels.Count + _destinations.Count == 0)
            return;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var (name, change) in _channels)
            table.Add(TrafficKind.Channel, name, change, now);
        foreach (var (name, change) in _destinations)
            table.Add(TrafficKind.Destination, name, change, now);
    }

    /// <summary>The transaction is over, done or not: the table says what came of it.</summary>
    public void Ended()
    {
        _channels.Clear();
        _destinations.Clear();
    }
}
