using System.Diagnostics;
using System.Globalization;

namespace Tell.Benchmarks.Mail;

/// <summary>One kind of work timed here and in Python, each on one core and by itself, and the line of a table that says both.</summary>
internal static class BesidePython
{
    /// <summary>The head of the table.</summary>
    public static string Head => $"{"message",-34} {"octets",8} {"us",9} {"MB/s",8} {"allocated",10} {"Python us",10} {"MB/s",7} {"times",6}";

    /// <summary>Times work on some octets and gives its line; <paramref name="python"/> are Python's microseconds for the same, null where there is no Python.</summary>
    public static string Line(string name, int octets, Action work, double? python, int rounds)
    {
        var (us, allocated) = Median(work, Math.Max(100, 40_000_000 / octets), rounds);
        var line = $"{name,-34} {octets,8} {us,9:F1} {octets / us,8:F0} {allocated,10}";
        return python is { } peer ? line + $" {peer,10:F0} {octets / peer,7:F1} {peer / us,6:F0}" : line + "  (no python3)";
    }

    /// <summary>
    /// Runs a script that gets the number of rounds and files as its arguments, and prints for each file something and its microseconds. Null where there is no Python,
    /// or it fails.
    /// </summary>
    public static double[]? Run(string script, IEnumerable<byte[]> messages, int rounds)
    {
        var files = messages.Select(message =>
        {
            var file = Path.GetTempFileName();
            File.WriteAllBytes(file, message);
            return file;
        }).ToList();
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", ["-c", script, rounds.ToString(CultureInfo.InvariantCulture), .. files]) { RedirectStandardOutput = true })!;
            var lines = python.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            python.WaitForExit();
            return python.ExitCode == 0 ? [.. lines.Select(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))] : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        finally
        {
            files.ForEach(File.Delete);
        }
    }

    // CPU time of this process, which does nothing else: a busy machine makes it slower, not wrong.
    private static (double Us, long Allocated) Median(Action work, int count, int rounds)
    {
        var times = new List<double>();
        var allocated = 0L;
        for (var round = 0; round < rounds + 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Process.GetCurrentProcess().TotalProcessorTime;
            for (var i = 0; i < count; i++)
                work();
            if (round >= 3)
                times.Add((Process.GetCurrentProcess().TotalProcessorTime - start).TotalMicroseconds / count);
            allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / count;
        }
        return (times.Order().ElementAt(times.Count / 2), allocated);
    }
}
