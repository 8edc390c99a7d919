namespace Tell.Documents;

/// <summary>All the stores of one MTA. Opening one that is open gives the same object; the directory closes them.</summary>
public interface IDataDirectory : IAsyncDisposable
{
    /// <summary>The four work queues.</summary>
    IQueueStore Queues { get; }

    /// <summary>The database of that name ("names", "mail/ada"), made where it does not exist. Parts of names are made safe for the engine.</summary>
    ValueTask<IDatabase> OpenAsync(string name, CancellationToken cancellation);

    /// <summary>The names of the databases that exist under a prefix such as "mail/".</summary>
    IReadOnlyList<string> List(string prefix);

    /// <summary>The room that there is now: one system call, nothing is read or written; null where the disk cannot tell.</summary>
    StoreSpace? Space { get; }
}
