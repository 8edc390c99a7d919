using System.Globalization;

namespace Tell.Smtp.Network;

/// <summary>
/// How many file descriptors this process may have, and how many of them clients may take. A process that has none left cannot open its
/// databases, nor can the runtime load what it needs next, which ends it: what comes from outside must never get that far.
/// </summary>
internal static class Descriptors
{
    private const string Limits = "/proc/self/limits";

    /// <summary>The highest descriptor that an accepted connection may have; the kernel gives out the lowest that is free. No limit where the system tells none.</summary>
    public static int HighestForClients { get; } = Limit(File.Exists(Limits) ? File.ReadAllText(Limits) : "") is { } most
        ? most - Kept(most)
        : int.MaxValue;

    /// <summary>What is kept for files, outbound sessions and the console: 256, or a quarter where there are few.</summary>
    internal static int Kept(int most) => Math.Min(256, most / 4);

    /// <summary>The soft limit in the text of Linux's /proc/PID/limits; null where it is unlimited or not there.</summary>
    internal static int? Limit(string limits)
    {
        const string Name = "Max open files";
        var line = limits.Split('\n').FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        var soft = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : null;
    }
}
