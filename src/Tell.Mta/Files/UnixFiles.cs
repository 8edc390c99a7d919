using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tell.Mta.Files;

/// <summary>
/// What .NET has no call for on Unix: a folder made durable, a rename that neither writes over nor makes a second name on its way, an open that follows no
/// link and waits for no pipe. Each says false, or null, where the system has no such thing, and throws <see cref="IOException"/> where it fails.
/// </summary>
internal static class UnixFiles
{
    private const int AtCwd = -100, NoReplace = 1, NoFollowStat = 0x100, WantsType = 1;
    private const int NotPermitted = 1, NotThere = 2, Exists = 17, Invalid = 22, TooManyLinks = 40, NotImplemented = 38, NotSupported = 95;

    // The type of a file in its mode, and that of a plain one; where the mode stands in struct statx, which is the same on every machine.
    private const int TypeMask = 0xf000, Plain = 0x8000, ModeOffset = 28, StatxSize = 256;

    private static readonly bool IsMac = OperatingSystem.IsMacOS();

    // O_NOFOLLOW differs between machines.
    private static readonly int
        NoFollow = IsMac ? 0x100 : RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 or Architecture.S390x or Architecture.RiscV64 or Architecture.LoongArch64 ? 0x20000 : 0x8000,
        NoWait = IsMac ? 0x4 : 0x800,
        CloseOnExec = IsMac ? 0x1000000 : 0x80000;

    private static bool Known => OperatingSystem.IsLinux() || IsMac;

    /// <summary>The names in a folder are on stable storage. Nothing on systems whose renames are durable by themselves or cannot be made so.</summary>
    public static void SyncFolder(string folder)
    {
        if (!Known)
            return;
        using var handle = Handle(folder, CloseOnExec);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Opens a file for reading; null where the system has no such open.</summary>
    public static SafeFileHandle? OpenPlain(string path) => Known ? Handle(path, NoFollow | NoWait | CloseOnExec) : null;

    /// <summary>False where the name is certainly no plain file; true where it is, or where the system does not say.</summary>
    public static bool MayBePlain(string path)
    {
        if (!OperatingSystem.IsLinux())
            return true;
        var buffer = new byte[StatxSize];
        try
        {
            return statx(AtCwd, Octets(path), NoFollowStat, WantsType, buffer) != 0 || (BitConverter.ToUInt16(buffer, ModeOffset) & TypeMask) == Plain;
        }
        catch (EntryPointNotFoundException)
        {
            return true;
        }
    }

    /// <summary>Renames in one step; false where this system or file system cannot.</summary>
    public static bool Rename(string from, string to)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            if (renameat2(AtCwd, Octets(from), AtCwd, Octets(to), NoReplace) == 0)
                return true;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
        var error = Marshal.GetLastPInvokeError();
        return error is Invalid or NotImplemented or NotSupported ? false : throw Fault(to, error, from);
    }

    /// <summary>Renames in one step, over whatever has the name; false where this is no Unix.</summary>
    public static bool RenameOver(string from, string to)
    {
        if (OperatingSystem.IsWindows())
            return false;
        return rename(Octets(from), Octets(to)) == 0 ? true : throw Fault(to, Marshal.GetLastPInvokeError(), from);
    }

    private static SafeFileHandle Handle(string path, int flags)
    {
        var descriptor = open(Octets(path), flags);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Fault(path, Marshal.GetLastPInvokeError(), path);
    }

    private static IOException Fault(string path, int error, string from) => error switch
    {
        NotThere when path != from && Path.Exists(from) => new DirectoryNotFoundException($"The folder of {path} is not there."),
        NotThere => new FileNotFoundException($"{from} is not there.", from),
        Exists => new IOException($"{path} exists already."),
        TooManyLinks => new IOException($"{path} is a link."),
        NotPermitted or 13 => new IOException($"{path} may not be opened or changed: {Marshal.GetPInvokeErrorMessage(error)}."),
        _ => new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(error)}."),
    };

    private static byte[] Octets(string path) => Encoding.UTF8.GetBytes(path + '\0');

    [DllImport("libc", ExactSpelling = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags);

    [DllImport("libc", ExactSpelling = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int rename(byte[] from, byte[] to);

    [DllImport("libc", ExactSpelling = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int renameat2(int fromFolder, byte[] from, int toFolder, byte[] to, uint flags);

    [DllImport("libc", ExactSpelling = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int folder, byte[] path, int flags, uint mask, byte[] buffer);
}
