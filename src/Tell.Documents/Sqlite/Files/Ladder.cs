using SQLitePCL;

namespace Tell.Documents.Sqlite;

/// <summary>The one place where failures of SQLite and of the file system become store exceptions.</summary>
internal static class Ladder
{
    /// <summary>The exception for a result code of SQLite.</summary>
    public static Exception Translate(int code, string words, string path) => (code & 0xff) switch
    {
        raw.SQLITE_FULL => Full(path),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => Damaged(path, words),
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH or raw.SQLITE_CANTOPEN =>
            new StoreException(StoreFault.Denied, $"{path} cannot be opened for writing ({words}). Give the user that runs tell the right to read and write it and its directory."),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new StoreException(StoreFault.InUse, $"{path} is locked by another program ({words}). End that program."),
        // The caller gave an id that is in the store: its mistake, not the environment's.
        raw.SQLITE_CONSTRAINT => new ArgumentException($"A document with that id is in {path} already ({words})."),
        _ => new StoreException(StoreFault.InputOutput, $"{path}: reading or writing failed ({words}, code {code}). Look at the disk and the system log."),
    };

    /// <summary>The exception for a failure of the file system.</summary>
    public static StoreException Translate(Exception failure, string path) => failure switch
    {
        UnauthorizedAccessException => new StoreException(StoreFault.Denied, $"{path} cannot be read and written. Give the user that runs tell the right to.", failure),
        // HResult is errno on Unix: 28 is ENOSPC, 122 EDQUOT, 30 EROFS.
        IOException { HResult: 28 or 122 } => Full(path, failure),
        IOException { HResult: 30 } => new StoreException(StoreFault.Denied, $"{path} is on a file system that is mounted read-only.", failure),
        _ => new StoreException(StoreFault.InputOutput, $"{path}: {failure.Message}", failure),
    };

    /// <summary>The exception for a disk without room.</summary>
    public static StoreException Full(string path, Exception? failure = null) =>
        new(StoreFault.Full, $"No room on the disk for {path}. Free space there; nothing else is needed.", failure);

    /// <summary>The exception for a file that is not what it should be.</summary>
    public static StoreException Damaged(string path, string words) => new(StoreFault.Damaged,
        $"{path} is damaged ({words}). Tell does not start on it. Restore the file from a backup, or move it (with its -wal and -shm files) aside and start with an empty one.");
}
