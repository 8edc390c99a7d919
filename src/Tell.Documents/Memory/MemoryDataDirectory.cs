namespace Tell.Documents.Memory;

/// <summary>
/// All the stores of one MTA in memory: the executable specification of the contract, and what simulations run on. Completes every verb
/// synchronously; the same calls with the same clock and seed give the same story.
/// </summary>
public sealed class MemoryDataDirectory : IDataDirectory
{
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly MemoryQueueStore _queues;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, MemoryDatabase> _databases;
    private bool _closed;

    /// <summary>An empty directory.</summary>
    public MemoryDataDirectory(TimeProvider time, Random random)
        : this(time, random, new MemoryQueueStore(time, new Random(random.Next())), new SortedDictionary<string, MemoryDatabase>(StringComparer.Ordinal))
    {
    }

    private MemoryDataDirectory(TimeProvider time, Random random, MemoryQueueStore queues, SortedDictionary<string, MemoryDatabase> databases) =>
        (_time, _random, _queues, _databases) = (time, random, queues, databases);

    /// <inheritdoc/>
    public IQueueStore Queues => _queues;

    /// <summary>
    /// The directory as a new process finds it after the old one ended at this instant: leases are void, what was LockedForXmit waits
    /// again as it did before, contents that nobody pointed at are gone. This object, its queues and their watchers are closed.
    /// </summary>
    public MemoryDataDirectory Reopen()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var database in _databases.Values)
                database.Reopen(processEnded: true);
            return new MemoryDataDirectory(_time, _random, _queues.Reopen(), _databases) { Space = Space };
        }
    }

    /// <inheritdoc/>
    public ValueTask<IDatabase> OpenAsync(string name, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var title = DatabaseName.Normalise(name);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (!_databases.TryGetValue(title, out var database))
                _databases.Add(title, database = new MemoryDatabase(title, _time, new Random(_random.Next())));
            database.Reopen(processEnded: false);
            return ValueTask.FromResult<IDatabase>(database);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string prefix)
    {
        var folded = prefix.ToLowerInvariant();
        lock (_gate)
            return [.. _databases.Keys.Where(name => name.StartsWith(folded, StringComparison.Ordinal))];
    }

    /// <summary>The room that it claims to have; a test or a simulation says how much. Null: it cannot tell.</summary>
    public StoreSpace? Space { get; set; }

    /// <summary>Closes it; <see cref="Reopen"/> opens what it held.</summary>
    public async ValueTask DisposeAsync()
    {
        MemoryDatabase[] databases;
        lock (_gate)
        {
            // The databases live on in the directory that Reopen made.
            databases = _closed ? [] : [.. _databases.Values];
            _closed = true;
        }
        await _queues.DisposeAsync();
        foreach (var database in databases)
            await database.DisposeAsync();
    }
}
