namespace Tell.Documents.Sqlite;

/// <summary>
/// Watches the room that a store's disk has. Below a reserve nothing new is taken in, so that what is there can still go out: settling
/// a document needs room in the write-ahead log, and a store that fills its disk to the last octet could never empty itself again.
/// Free pages within the file are room too: a store that was full and has drained takes mail again before anything compacts it.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="freePages">How many of its pages hold nothing.</param>
internal sealed class DiskSpace(string path, Func<long> freePages)
{
    // A system call for every 64 pages written, and for every batch while room is short.
    private const int PagesBetweenLooks = 64;
    private const long Reserve = 16 << 20;

    private readonly string _directory = Path.GetDirectoryName(path)!;
    private int _looked = -PagesBetweenLooks;
    private long _free = long.MaxValue;
    private long _reusable;

    /// <summary>True where less than the reserve is free: 16 MB, or a tenth of a small disk; a quarter of that must be outside the file, for the log.</summary>
    public bool IsLow { get; private set; }

    /// <summary>The octets of the pages that held nothing at the last look. Read from any thread.</summary>
    public long Reusable => Interlocked.Read(ref _reusable);

    /// <summary>Looks again, if enough was written since the last time.</summary>
    public void Look(int pagesWritten)
    {
        if (!IsLow && pagesWritten - _looked < PagesBetweenLooks)
            return;
        _looked = pagesWritten;
        try
        {
            var disk = new DriveInfo(_directory);
            _free = disk.AvailableFreeSpace;
            Interlocked.Exchange(ref _reusable, freePages() * 4096);
            var reserve = Math.Min(Reserve, disk.TotalSize / 10);
            IsLow = _free < reserve && (_free < reserve / 4 || _free + _reusable < 2 * reserve);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StoreException)
        {
            // A file system that cannot tell is found full when it is.
            IsLow = false;
        }
    }

    /// <summary>True where the log takes so much of the room left that it should be copied into the file now.</summary>
    public bool IsShortFor(long log) => IsLow || _free < 2 * log;
}
