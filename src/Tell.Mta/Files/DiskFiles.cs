using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Tell.Mta.Files;

/// <summary>
/// The machine's disk. All waiting for it is done on a thread of its own, which <see cref="Dispose"/> ends. Where the system has no way to make the name of a
/// file durable (Windows), that is as durable as the file system makes it.
/// </summary>
public sealed class DiskFiles : IFiles, IDisposable
{
    private const int Piece = 64 * 1024;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DiskThread _thread = new("Tell files", UnixFiles.SyncFolder);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<FoundFile>> ListAsync(string folder, CancellationToken cancellation) =>
        await _thread.CallAsync(() => Try(folder, () => List(folder)), cancellation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (handle, length) = await _thread.CallAsync(() => Try(path, () => Open(path)), cancellation);
        try
        {
            var buffer = new byte[Math.Clamp(length, 1, Piece)];
            var position = 0L;
            while (true)
            {
                var read = await _thread.CallAsync(() => Try(path, () => RandomAccess.Read(handle, buffer, position)), cancellation);
                if (read == 0)
                    break;
                yield return buffer.AsMemory(0, read);
                position += read;
            }
        }
        finally
        {
            await _thread.CallAsync(() => Close(handle), CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(string path, IAsyncEnumerable<ReadOnlyMemory<byte>> octets, CancellationToken cancellation)
    {
        var file = await _thread.CallAsync(() => Try(path, () => Create(path)), cancellation);
        var whole = false;
        try
        {
            await foreach (var piece in octets.WithCancellation(cancellation))
                await _thread.CallAsync(() => Try(path, () => Written(file, piece.Span)), cancellation);
            await _thread.ChangeAsync(() => Try(path, () => Kept(file, path)), CancellationToken.None);
            whole = true;
        }
        finally
        {
            if (!whole)
                await _thread.CallAsync(() => Abandoned(file, path), CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public async ValueTask MoveAsync(string from, string to, CancellationToken cancellation) =>
        await _thread.ChangeAsync(() => Try(to, () => Moved(from, to)), cancellation);

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string path, CancellationToken cancellation) =>
        await _thread.ChangeAsync(() => Try(path, () => Deleted(path)), cancellation);

    /// <inheritdoc/>
    public async ValueTask MakeFolderAsync(string path, CancellationToken cancellation) =>
        await _thread.CallAsync(() => Try(path, () => Made(path)), cancellation);

    /// <inheritdoc/>
    public async ValueTask<IDisposable> LockAsync(string path, CancellationToken cancellation) =>
        await _thread.CallAsync(() => Try(path, () => Locked(path)), cancellation);

    /// <summary>Ends the thread when what was asked for is done.</summary>
    public void Dispose() => _thread.Close();

    private static IReadOnlyList<FoundFile> List(string folder)
    {
        if (File.Exists(folder))
            throw new IOException($"{folder} is no folder.");
        var found = new List<FoundFile>();
        var all = new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false, MatchType = MatchType.Simple };
        try
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", all))
            {
                // A name that is no text has become another one on its way here: no call could reach the file.
                if (file.Name.Contains('\uFFFD', StringComparison.Ordinal) || !UnixFiles.MayBePlain(file.FullName))
                    continue;
                var attributes = file.Attributes;
                if ((int)attributes != -1 && (attributes & (FileAttributes.Directory | FileAttributes.ReparsePoint | FileAttributes.Device)) == 0)
                    found.Add(new FoundFile(file.Name, file.Length, new DateTimeOffset(file.LastWriteTimeUtc)));
            }
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        found.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return found;
    }

    private static (SafeFileHandle Handle, long Length) Open(string path)
    {
        if (UnixFiles.OpenPlain(path) is not { } handle)
        {
            if (new FileInfo(path).LinkTarget is not null)
                throw new IOException($"{path} is a link.");
            handle = File.OpenHandle(path);
        }
        try
        {
            return UnixFiles.MayBePlain(path) ? (handle, RandomAccess.GetLength(handle)) : throw new IOException($"{path} is no plain file.");
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static bool Close(SafeFileHandle handle)
    {
        handle.Dispose();
        return true;
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Owner;
        try
        {
            return new FileStream(path, options);
        }
        catch (DirectoryNotFoundException)
        {
            throw new DirectoryNotFoundException($"The folder of {path} is not there.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException && Path.Exists(path))
        {
            throw new IOException($"{path} exists already.", fault);
        }
    }

    private static bool Written(FileStream file, ReadOnlySpan<byte> octets)
    {
        file.Write(octets);
        return true;
    }

    private static string[] Kept(FileStream file, string path)
    {
        file.Flush(flushToDisk: true);
        file.Dispose();
        return [FolderOf(path)];
    }

    private static bool Abandoned(FileStream file, string path)
    {
        try
        {
            file.Dispose();
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // What made the write fail is on its way to the caller; what is left of the file is half of one, and says so by its place.
        }
        return true;
    }

    private static string[] Moved(string from, string to)
    {
        if (!UnixFiles.Rename(from, to))
        {
            // The look and the rename are two steps here; whoever makes a file of that name between them loses it.
            if (Path.Exists(to) || new FileInfo(to).LinkTarget is not null)
                throw new IOException($"{to} exists already.");
            if (!UnixFiles.RenameOver(from, to))
                File.Move(from, to, overwrite: false);
        }
        // In this order: a name that is lost may be found twice, and not nowhere.
        return [FolderOf(to), FolderOf(from)];
    }

    private static string[] Deleted(string path)
    {
        var folder = FolderOf(path);
        if (!Directory.Exists(folder))
            return [];
        File.Delete(path);
        return [folder];
    }

    private static bool Made(string path)
    {
        var missing = new Stack<string>();
        for (var folder = Path.GetFullPath(path); !Directory.Exists(folder); folder = Path.GetDirectoryName(folder)!)
            missing.Push(folder);
        foreach (var folder in missing)
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
            UnixFiles.SyncFolder(FolderOf(folder));
        }
        return true;
    }

    private static FileStream Locked(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Owner;
        return new FileStream(path, options);
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new IOException($"{path} is in no folder.");

    // The ladder of this room: whatever the disk has to say is an IOException that names the path.
    private static T Try<T>(string path, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (IOException fault) when (fault is not FileNotFoundException && !fault.Message.Contains(path, StringComparison.Ordinal))
        {
            throw new IOException($"{path}: {fault.Message}", fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException($"{path} may not be opened or changed: {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException or System.Security.SecurityException)
        {
            throw new IOException($"{path} is no file that can be used: {fault.Message}", fault);
        }
    }
}
