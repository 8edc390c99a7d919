namespace Tell.Documents.Sqlite;

/// <summary>
/// One of a few threads that serve all databases. Each keeps a limited number of files open: a server with ten thousand mail files has
/// as many as fit, and opens the others when they are asked for.
/// </summary>
internal sealed class DatabaseThread
{
    private readonly LinkedList<SqliteDatabase> _open = [];
    private readonly int _mostOpen;

    public DatabaseThread(string name, int mostOpen)
    {
        _mostOpen = mostOpen;
        Thread = new StoreThread(name, Serve);
    }

    /// <summary>The thread.</summary>
    public StoreThread Thread { get; }

    private void Serve(List<Operation> batch)
    {
        foreach (var calls in batch.GroupBy(operation => (SqliteDatabase)operation.Owner!))
        {
            var database = calls.Key;
            database.Serve(calls);
            if (database.IsClosed)
                database.CloseFile();
            _open.Remove(database);
            if (database.IsOpen)
                _open.AddFirst(database);
            if (_open.Count <= _mostOpen)
                continue;
            _open.Last!.Value.CloseFile();
            _open.RemoveLast();
        }
    }

    /// <summary>Serves what waits and closes all files.</summary>
    public async Task CloseAsync()
    {
        await Thread.CloseAsync();
        foreach (var database in _open)
            database.CloseFile();
    }
}
