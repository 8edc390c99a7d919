namespace Tell.Documents.Sqlite;

/// <summary>What is counted: what lies in the lanes, the accounts of channels and destinations, the statistics.</summary>
internal sealed partial class SqliteQueueStore
{
    // What one step reads or deletes, so that many accounts do not hold up mail.
    private const int AccountStep = 1000;

    public async ValueTask<IReadOnlyList<StoredMail>> StoredAsync(WorkQueue queue, CancellationToken cancellation)
    {
        var lanes = new Dictionary<string, StoredMail>(StringComparer.Ordinal);
        for (long? after = 0; after is { } id;)
            after = await ReadAsync(reader => reader.Stored(queue, id, lanes), cancellation);
        return [.. lanes.Values];
    }

    public async ValueTask<IReadOnlyDictionary<string, Traffic>> TrafficAsync(TrafficKind kind, CancellationToken cancellation)
    {
        var accounts = new Dictionary<string, Traffic>(StringComparer.Ordinal);
        string? after = null;
        while (await ReadAsync(reader => reader.Traffic(kind, after, AccountStep), cancellation) is { Count: > 0 } page)
        {
            foreach (var (name, _, traffic) in page)
                accounts[name] = traffic;
            after = page[^1].Name;
        }
        return accounts;
    }

    public async ValueTask<int> ForgetTrafficAsync(DateTimeOffset since, CancellationToken cancellation)
    {
        // What is before a time within a millisecond is before the next whole one.
        var limit = since.ToUnixTimeMilliseconds() + (Transition.Whole(since) < since ? 1 : 0);
        var forgotten = 0;
        string? after = null;
        while (await ReadAsync(reader => reader.Traffic(TrafficKind.Destination, after, AccountStep), cancellation) is { Count: > 0 } page)
        {
            var old = page.Where(account => account.Last < limit).Select(account => account.Name).ToArray();
            if (old.Length > 0)
                forgotten += await _thread.CallAsync(null, OperationKind.Write, () => _file.Accounts.Forget(old, limit), cancellation);
            after = page[^1].Name;
        }
        return forgotten;
    }

    public void Count(string name, long delta)
    {
        ObjectDisposedException.ThrowIf(_closed != 0, this);
        _file.Counters.Later(name, delta);
    }

    public ValueTask<IReadOnlyDictionary<string, long>> CountersAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_closed != 0, this);
        return ValueTask.FromResult(_file.Counters.Show());
    }

    public async ValueTask ChangeCountersAsync(IReadOnlyList<CounterChange> counters, IReadOnlyList<TrafficChange> traffic, CancellationToken cancellation) =>
        await _thread.CallAsync(null, OperationKind.Write, () =>
        {
            _file.Counters.Add(counters);
            _file.Accounts.Add(traffic);
            return true;
        }, cancellation);

    public void AccountWith(IBookkeeper bookkeeper) => _file.Accounts.Bookkeeper = bookkeeper;

    // Joins them to a last transaction. Where the environment does not let it, they are lost, as they would be by a crash.
    private async Task WriteCountsAsync()
    {
        if (!_file.Counters.HasLater)
            return;
        try
        {
            await _thread.CallAsync(null, OperationKind.Write, () => true, CancellationToken.None);
        }
        catch (StoreException)
        {
            // The closing of the store goes on.
        }
    }
}
