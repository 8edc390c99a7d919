namespace Tell.Documents;

/// <summary>
/// Reads off what happens to documents what it means for accounts. The engine asks it within the transaction of the event, so that an account and its
/// documents never differ; on the engine's thread, one call at a time: it must be quick, must not throw and must not call the store. Where a transaction is rolled back
/// and tried again, it is asked again.
/// </summary>
public interface IBookkeeper
{
    /// <summary>A document is put that no other was made into.</summary>
    void Put(Document document, DateTimeOffset now, IAccounts accounts);

    /// <summary>A document goes on: <see cref="Settlement.Lease"/> has it as it was. <see cref="Settlement.Others"/> are told of for themselves.</summary>
    void Settle(Settlement settlement, DateTimeOffset now, IAccounts accounts);

    /// <summary>These counters have changed, and it is on stable storage.</summary>
    void Stored(ReadOnlySpan<CounterChange> counters);
}
