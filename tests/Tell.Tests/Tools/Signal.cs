using System.Runtime.InteropServices;

namespace Tell.Tests.Tools;

/// <summary>The signals that tests send, by their numbers on Linux.</summary>
public enum Signal
{
    /// <summary>Asks to stop.</summary>
    Terminate = 15,

    /// <summary>Ends at once: no handler, no flush, no goodbye.</summary>
    Kill = 9,

    /// <summary>Ctrl-C.</summary>
    Interrupt = 2,
}

/// <summary>The system call that sends a signal to one process.</summary>
internal static class Signals
{
    /// <summary>Sends a signal; false where the process is gone.</summary>
    public static bool Send(int processId, Signal signal) => Kill(processId, (int)signal) == 0;

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int processId, int signal);
}
