using Microsoft.Extensions.Logging;

namespace Tell.Documents.Sqlite;

/// <summary>
/// All the stores of one MTA in one directory: queues.db, names.db, mail/USER.db and so on, each with SQLite's write-ahead log beside it.
/// One process at a time owns the directory.
/// </summary>
public sealed partial class SqliteDataDirectory : IDataDirectory
{
    // Mail files in use at once are few; each open one costs two file descriptors and some hundred kilobytes.
    private const int Threads = 2, OpenPerThread = 24;

    private readonly string _directory;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _logger;
    private readonly DirectoryLock _lock;
    private readonly SqliteQueueStore _queues;
    private readonly DatabaseThread[] _threads;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, SqliteDatabase> _databases = new(StringComparer.Ordinal);
    private bool _closed;

    private SqliteDataDirectory(string directory, TimeProvider time, Random random, ILogger logger, DirectoryLock held, SqliteQueueStore queues)
    {
        (_directory, _time, _random, _logger, _lock, _queues) = (directory, time, random, logger, held, queues);
        _threads = [.. Enumerable.Range(1, Threads).Select(i => new DatabaseThread($"databases {i}", OpenPerThread))];
    }

    /// <inheritdoc/>
    public IQueueStore Queues => _queues;

    /// <summary>
    /// Opens the directory: makes it (mode 0700) and its files (mode 0600) where there are none, brings older files to the schema of this
    /// program, and removes what a process that was killed left unfinished. Documents that were taken then can be taken again at once.
    /// </summary>
    /// <exception cref="StoreException">
    /// InUse: another process owns the directory. TooNew, Damaged: a file was written by a newer program, or is no store of this program.
    /// Denied, Full, InputOutput: the directory cannot be used now.
    /// </exception>
    public static async Task<SqliteDataDirectory> OpenAsync(
        string directory, TimeProvider time, Random random, ILogger logger, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var full = Path.GetFullPath(directory);
        var held = DirectoryLock.Take(full);
        try
        {
            var queues = await SqliteQueueStore.OpenAsync(Path.Combine(full, "queues.db"), time, new Random(random.Next()), logger, cancellation);
            LogOpened(logger, full);
            return new SqliteDataDirectory(full, time, random, logger, held, queues);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IDatabase> OpenAsync(string name, CancellationToken cancellation)
    {
        var title = DatabaseName.Normalise(name);
        await _gate.WaitAsync(cancellation);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_databases.TryGetValue(title, out var database) && !database.IsClosed)
                return database;
            var path = Path.Combine(_directory, DatabaseName.ToPath(title) + ".db");
            MakeParent(path);
            var thread = _threads[(uint)_databases.Count % Threads];
            database = new SqliteDatabase(title, path, thread, _time, new Random(_random.Next()), _logger);
            await database.OpenAsync(cancellation);
            _databases[title] = database;
            return database;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string prefix)
    {
        var folded = prefix.ToLowerInvariant();
        try
        {
            return [.. Directory.EnumerateFiles(_directory, "*.db", SearchOption.AllDirectories)
                .Select(path => DatabaseName.FromPath(Path.GetRelativePath(_directory, path)[..^3]))
                .Where(name => name != "queues" && name.StartsWith(folded, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Ladder.Translate(e, _directory);
        }
    }

    /// <inheritdoc/>
    public StoreSpace? Space
    {
        get
        {
            try
            {
                var disk = new DriveInfo(_directory);
                return new StoreSpace(disk.AvailableFreeSpace + _queues.Reusable, disk.TotalSize);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>Carries out what was called, closes all files and gives the directory free.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (_closed)
                return;
            _closed = true;
            await _queues.DisposeAsync();
            foreach (var thread in _threads)
                await thread.CloseAsync();
            _lock.Dispose();
        }
        finally
        {
            _gate.Release();
        }
    }

    private static void MakeParent(string path)
    {
        var parent = Path.GetDirectoryName(path)!;
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(parent);
            else
                Directory.CreateDirectory(parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Ladder.Translate(e, parent);
        }
    }

    [LoggerMessage(2100, LogLevel.Debug, "The stores in {Directory} are open")]
    private static partial void LogOpened(ILogger logger, string directory);
}
