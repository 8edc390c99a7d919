using System.Buffers.Binary;

namespace Tell.Documents.Sqlite;

/// <summary>Opens store files: makes them, checks them, brings them to the newest schema, and sets how SQLite works on them.</summary>
internal static class StoreFile
{
    private const long QuickCheckLimit = 8 << 20;

    /// <summary>A connection for the thread that writes. Makes the file where there is none; applies the schema steps that it lacks.</summary>
    /// <exception cref="StoreException">Damaged, TooNew, Denied, Full or InputOutput.</exception>
    public static Connection OpenWriter(string path, Schema schema, bool check)
    {
        Create(path);
        var connection = new Connection(path);
        try
        {
            // Before anything is written: page size holds for files without a page. FULL: the log is synchronised at each commit.
            connection.Execute("PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=OFF;");
            schema.Apply(connection);
            if (check && new FileInfo(path).Length <= QuickCheckLimit && connection.Text("PRAGMA quick_check(1)") is var found && found != "ok")
                throw Ladder.Damaged(path, found);
            // From here on it is the only writer: what it could wait for are long views, when it empties the log.
            connection.Wait(200);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection for a thread that only reads, to a file that a writer has opened.</summary>
    public static Connection OpenReader(string path)
    {
        var connection = new Connection(path);
        connection.Execute("PRAGMA query_only=ON; PRAGMA cache_size=-4096;");
        return connection;
    }

    /// <summary>The size on disk: the file and its write-ahead log.</summary>
    public static long Size(string path) => Length(path) + Length(path + "-wal");

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    // SQLite gives its log and index the mode of the file itself.
    private static void Create(string path)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new FileStream(path, options);
            Span<byte> header = stackalloc byte[100];
            var length = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            if (length == 0)
                return;
            if (length < header.Length || !header.StartsWith("SQLite format 3\0"u8) || BinaryPrimitives.ReadInt32BigEndian(header[56..]) is < 0 or > 3)
                throw Ladder.Damaged(path, "its header is not that of a database");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Ladder.Translate(e, path);
        }
    }
}
