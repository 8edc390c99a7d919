namespace Tell.Tests.Tools;

/// <summary>A file system of a few megabytes in memory, mounted for one test: the disk that fills up.</summary>
public sealed class Tmpfs : IDisposable
{
    private static readonly Lazy<bool> Trial = new(TryMount);
    private readonly TempDirectory _place = new();

    private Tmpfs(long bytes)
    {
        if (!Mount(_place.Path, bytes))
        {
            _place.Dispose();
            throw new InvalidOperationException("mount -t tmpfs failed");
        }
    }

    /// <summary>Whether this user may mount (root in an ordinary machine; seldom in a container).</summary>
    public static bool MayMount => Trial.Value;

    /// <summary>The full path of its root.</summary>
    public string Path => _place.Path;

    /// <summary>How many bytes are left on it.</summary>
    public long Free => new DriveInfo(Path).AvailableFreeSpace;

    /// <summary>Mounts a new, empty one of that size.</summary>
    public static Tmpfs OfSize(long bytes) => new(bytes);

    /// <summary>Writes a file until nothing more fits but <paramref name="leave"/> bytes; returns its full path.</summary>
    public string Fill(long leave)
    {
        var filler = System.IO.Path.Combine(Path, "filler");
        using var file = File.Create(filler, bufferSize: 1);
        var block = new byte[4096];
        try
        {
            while (Free > leave)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
        return filler;
    }

    /// <summary>Unmounts it; what it held is gone.</summary>
    public void Dispose()
    {
        Run("umount", "-l", _place.Path);
        _place.Dispose();
    }

    private static bool TryMount()
    {
        if (!Environment.IsPrivilegedProcess || Tool.Find("mount") is null)
        {
            return false;
        }
        using var place = new TempDirectory();
        return Mount(place.Path, 65_536) && Run("umount", "-l", place.Path);
    }

    private static bool Mount(string path, long bytes) => Run("mount", "-t", "tmpfs", "-o", $"size={bytes}", "tmpfs", path);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        return process.WaitForExit(10_000) && process.ExitCode == 0;
    }
}
