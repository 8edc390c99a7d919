using SQLitePCL;

namespace Tell.Documents.Sqlite;

/// <summary>
/// One connection to one file. Used by one thread at a time, so SQLite's own mutexes are off. Prepared statements live as long as it
/// does. Every failure leaves as the <see cref="StoreException"/> that <see cref="Ladder"/> makes of it.
/// </summary>
internal sealed class Connection : IDisposable
{
    private readonly sqlite3 _handle;
    private readonly List<Statement> _statements = [];

    static Connection() => Batteries_V2.Init();

    /// <summary>Opens the file, which must exist.</summary>
    public Connection(string path)
    {
        Path = path;
        var code = raw.sqlite3_open_v2(path, out _handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code != raw.SQLITE_OK)
        {
            _handle.Dispose();
            throw Ladder.Translate(code, "cannot open", path);
        }
        raw.sqlite3_extended_result_codes(_handle, 1);
        Wait(5000);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>True between BEGIN and COMMIT or ROLLBACK.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>How many rows the last statement changed.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>How many pages the connection has written in its life, all of them to the write-ahead log.</summary>
    public int PagesWritten
    {
        get
        {
            const int cacheWrite = 9;
            Check(raw.sqlite3_db_status(_handle, cacheWrite, out var written, out _, 0));
            return written;
        }
    }

    /// <summary>A statement of this connection; it is compiled when it is first used.</summary>
    public Statement Prepare(string sql)
    {
        var statement = new Statement(this, sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Carries out statements that give no rows.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>The first column of the first row as a number; 0 where there is no row.</summary>
    public long Number(string sql)
    {
        using var statement = new Statement(this, sql);
        return statement.Step() ? statement.Long(0) : 0;
    }

    /// <summary>The first column of the first row as text; "" where there is no row.</summary>
    public string Text(string sql)
    {
        using var statement = new Statement(this, sql);
        return statement.Step() ? statement.Text(0) : "";
    }

    /// <summary>How long a statement waits for another program or a reader, in milliseconds.</summary>
    public void Wait(int milliseconds) => raw.sqlite3_busy_timeout(_handle, milliseconds);

    /// <summary>Copies what it can of the write-ahead log into the file; what a reader still needs stays for the next time.</summary>
    public void Checkpoint(int mode)
    {
        var code = raw.sqlite3_wal_checkpoint_v2(_handle, "main", mode, out _, out _);
        if ((code & 0xff) != raw.SQLITE_BUSY)
            Check(code);
    }

    /// <summary>Throws for every code that is not success.</summary>
    public void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw Failure(code);
    }

    /// <summary>The exception for a code, with SQLite's words of this moment.</summary>
    public Exception Failure(int code) => Ladder.Translate(code, raw.sqlite3_errmsg(_handle).utf8_to_string(), Path);

    /// <summary>Compiles a statement.</summary>
    internal sqlite3_stmt Compile(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement));
        return statement;
    }

    /// <summary>Closes it; the last connection of a file copies the write-ahead log into the file and removes it.</summary>
    public void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();
        _handle.Dispose();
    }
}
