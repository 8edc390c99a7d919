using Tell.Documents;

namespace Tell.Mta.Statistics;

/// <summary>Keeps the accounts of channels and destinations (<see cref="Bookkeeping"/>), and how much happened lately.</summary>
internal sealed class Bookkeeper(Rates rates) : IBookkeeper
{
    public void Put(Document document, DateTimeOffset now, IAccounts accounts) => new Bookkeeping(accounts, now).Put(document);

    public void Settle(Settlement settlement, DateTimeOffset now, IAccounts accounts) => new Bookkeeping(accounts, now).Settle(settlement);

    public void Stored(ReadOnlySpan<CounterChange> counters) => rates.Add(counters);
}
