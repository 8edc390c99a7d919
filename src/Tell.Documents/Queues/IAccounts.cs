namespace Tell.Documents;

/// <summary>The accounts of a transaction that is going on.</summary>
public interface IAccounts
{
    /// <summary>What the transaction adds to the account of a channel or destination; to be added to before the next call.</summary>
    ref Traffic Of(TrafficKind kind, string name);

    /// <summary>Adds to a counter.</summary>
    void Count(string counter, long delta);
}
