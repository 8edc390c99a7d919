using Tell.Documents;

namespace Tell.Tests.Documents;

/// <summary>A bookkeeper that adds the same to accounts for every document that is put or goes on, and remembers what was stored.</summary>
internal sealed class PlainBooks(params TrafficChange[] changes) : IBookkeeper
{
    /// <summary>The sums of what was told to be on stable storage.</summary>
    public Dictionary<string, long> Told { get; } = new(StringComparer.Ordinal);

    public void Put(Document document, DateTimeOffset now, IAccounts accounts) => Add(accounts, "Booked");

    public void Settle(Settlement settlement, DateTimeOffset now, IAccounts accounts) => Add(accounts, $"Booked.{settlement.Kind}");

    public void Stored(ReadOnlySpan<CounterChange> counters)
    {
        foreach (var (name, delta) in counters)
            Told[name] = Told.GetValueOrDefault(name) + delta;
    }

    private void Add(IAccounts accounts, string counter)
    {
        foreach (var (kind, name, delta) in changes)
        {
            ref var sum = ref accounts.Of(kind, name);
            sum += delta;
        }
        accounts.Count(counter, 1);
    }
}
