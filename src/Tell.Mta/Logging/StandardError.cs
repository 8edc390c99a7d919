using System.Runtime.InteropServices;
using System.Text;

namespace Tell.Mta.Logging;

/// <summary>
/// Standard error, written past <see cref="Console"/>: that holds one lock for both streams while it writes, so that somebody who does not
/// read standard error would keep us from ever saying "ready" on standard output. A line that nobody takes is dropped, so that nothing
/// waits for a stuck terminal, and least of all a stop. Used by one thread.
/// </summary>
internal sealed class StandardError
{
    private const int Descriptor = 2, Interrupted = 4, Patience = 200;
    private const short Writable = 4;

    // A pipe that is writable takes as many octets at once (PIPE_BUF).
    private const int Piece = 4096;

    private bool _stuck;

    /// <summary>Writes a line, or drops it.</summary>
    public void WriteLine(string line)
    {
        if (OperatingSystem.IsWindows())
        {
            Console.Error.WriteLine(line);
            return;
        }
        Span<byte> octets = Encoding.UTF8.GetBytes(line + "\n");
        while (!octets.IsEmpty)
        {
            var state = new PollState { Descriptor = Descriptor, Events = Writable };
            // Patience is for a reader who is slow, once; one who is gone gets no more of it.
            _stuck = poll(ref state, 1, _stuck ? 0 : Patience) <= 0;
            if (_stuck)
                return;
            var written = write(Descriptor, ref MemoryMarshal.GetReference(octets), Math.Min(octets.Length, Piece));
            if (written > 0)
                octets = octets[(int)written..];
            else if (Marshal.GetLastPInvokeError() != Interrupted)
                return;
        }
    }

    [DllImport("libc", ExactSpelling = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint write(int descriptor, ref byte octets, nint length);

    [DllImport("libc", ExactSpelling = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int poll(ref PollState state, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollState
    {
        public int Descriptor;
        public short Events, Happened;
    }
}
