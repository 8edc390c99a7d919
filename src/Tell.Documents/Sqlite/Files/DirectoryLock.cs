using System.Globalization;

namespace Tell.Documents.Sqlite;

/// <summary>
/// The right of one process to a data directory: an exclusive lock on the file "lock" in it, which ends with the process however it
/// ends. The file "owner" holds the process id, for the message that a second one gets: a locked file cannot be read by others.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <summary>Makes the directory where there is none, open to its owner only, and takes the lock.</summary>
    /// <exception cref="StoreException">InUse, Denied, Full or InputOutput.</exception>
    public static DirectoryLock Take(string directory)
    {
        var path = Path.Combine(directory, "lock");
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(directory);
            else
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var file = new FileStream(path, options);
            try
            {
                options.Mode = FileMode.Create;
                using var owner = new StreamWriter(OwnerOf(path), options);
                owner.Write(Environment.ProcessId);
            }
            catch
            {
                file.Dispose();
                throw;
            }
            return new DirectoryLock(file);
        }
        // 11 is EWOULDBLOCK, what a lock that another holds answers on Linux; 35 on macOS; 0x80070020 a sharing violation.
        catch (IOException e) when (e.HResult is 11 or 35 or unchecked((int)0x80070020))
        {
            throw new StoreException(StoreFault.InUse,
                $"The data directory {directory} is in use by another process{Owner(path)}. Stop that one, or give this one a directory of its own.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Ladder.Translate(e, path);
        }
    }

    public void Dispose() => _file.Dispose();

    private static string Owner(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(OwnerOf(path)), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? $" (pid {pid})" : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string OwnerOf(string path) => Path.Combine(Path.GetDirectoryName(path)!, "owner");
}
