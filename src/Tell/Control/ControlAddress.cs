using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Tell.Control;

/// <summary>Where the console's socket of a data directory is.</summary>
internal static class ControlAddress
{
    // sun_path holds 104 octets on some systems and 108 on others, with the NUL.
    private const int MostOctets = 100;

    /// <summary>
    /// tell.sock in the data directory; where that path is too long for a socket, a file named after the directory's hash in a private
    /// directory of the user, which is made.
    /// </summary>
    /// <exception cref="IOException">The private directory is not ours.</exception>
    public static string For(string dataDirectory)
    {
        var full = Path.GetFullPath(dataDirectory);
        var path = Path.Combine(full, "tell.sock");
        if (Encoding.UTF8.GetByteCount(path) <= MostOctets)
            return path;
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)))[..16];
        return Path.Combine(PrivateDirectory(), name + ".sock");
    }

    private static string PrivateDirectory()
    {
        var path = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 and < 60 } runtime ? Path.Combine(runtime, "tell")
            : Environment.IsPrivilegedProcess && Directory.Exists("/run") ? "/run/tell"
            : Path.Combine(Path.GetTempPath(), "tell-" + Environment.UserName);
        if (OperatingSystem.IsWindows())
            return Directory.CreateDirectory(path).FullName;
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        try
        {
            Directory.CreateDirectory(path, Owner);
            // Only the owner may change the mode: whoever made this directory before us in a place that all may write to, it was not another user.
            File.SetUnixFileMode(path, Owner);
            return path;
        }
        catch (UnauthorizedAccessException)
        {
            throw new IOException($"{path} belongs to another user: the console's socket cannot be there.");
        }
    }

    /// <summary>Sets the mode that new files do not get; the old one. Nothing on Windows.</summary>
    internal static uint Mask(uint mask) => OperatingSystem.IsWindows() ? 0 : umask(mask);

    [DllImport("libc", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint umask(uint mask);
}
