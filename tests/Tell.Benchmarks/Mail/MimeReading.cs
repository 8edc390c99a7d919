using System.Diagnostics;
using System.Globalization;

namespace Tell.Benchmarks.Mail;

/// <summary>
/// How fast messages are read and decoded, and how fast Python's <c>email</c> reads the same ones (BytesParser with the default policy, walk, get_payload
/// with decode, get_filename), each on one core and timed by itself. Usage: <c>mime-reading [rounds]</c>.
/// </summary>
public static class MimeReading
{
    private const string Peer = """
        import sys, time
        from email.parser import BytesParser
        from email.policy import default
        def read(octets):
            n = 0
            for part in BytesParser(policy=default).parsebytes(octets).walk():
                if not part.is_multipart():
                    n += len(part.get_payload(decode=True))
                    part.get_filename()
            return n
        for path in sys.argv[2:]:
            octets = open(path, 'rb').read()
            count = max(5, 3000000 // len(octets))
            times = []
            for _ in range(int(sys.argv[1])):
                start = time.process_time()
                for _ in range(count):
                    n = read(octets)
                times.append((time.process_time() - start) / count)
            print(n, sorted(times)[len(times) // 2] * 1e6)
        """;

    /// <summary>Runs it and prints the table: medians of the rounds.</summary>
    public static int Run(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9;
        (string Name, byte[] Octets, int Piece)[] samples =
        [
            ("4 KB, text", SampleMessages.Small(), int.MaxValue), ("200 KB, attachment", SampleMessages.Large(), int.MaxValue), ("200 KB in pieces of 16 KB", SampleMessages.Large(), 16 * 1024),
        ];
        var peer = Python([.. samples.Select(sample => sample.Octets)], rounds);
        Console.WriteLine($"{"message",-26} {"octets",8} {"us",9} {"MB/s",8} {"allocated",10} {"Python us",10} {"MB/s",7} {"times",6}");
        for (var i = 0; i < samples.Length; i++)
        {
            var (name, octets, piece) = samples[i];
            var (us, allocated) = Median(octets, piece, rounds);
            var line = $"{name,-26} {octets.Length,8} {us,9:F1} {octets.Length / us,8:F0} {allocated,10}";
            Console.WriteLine(peer is null ? line + "  (no python3)" : line + $" {peer[i],10:F0} {octets.Length / peer[i],7:F1} {peer[i] / us,6:F0}");
        }
        return 0;
    }

    // CPU time of this process, which does nothing else: a busy machine makes it slower, not wrong.
    private static (double Us, long Allocated) Median(byte[] octets, int piece, int rounds)
    {
        var count = Math.Max(100, 40_000_000 / octets.Length);
        var times = new List<double>();
        var allocated = 0L;
        for (var round = 0; round < rounds + 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Process.GetCurrentProcess().TotalProcessorTime;
            for (var i = 0; i < count; i++)
                MimeBenchmarks.Read(octets, piece);
            if (round >= 3)
                times.Add((Process.GetCurrentProcess().TotalProcessorTime - start).TotalMicroseconds / count);
            allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / count;
        }
        return (times.Order().ElementAt(times.Count / 2), allocated);
    }

    private static double[]? Python(byte[][] messages, int rounds)
    {
        var files = messages.Select(message =>
        {
            var file = Path.GetTempFileName();
            File.WriteAllBytes(file, message);
            return file;
        }).ToList();
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", ["-c", Peer, rounds.ToString(CultureInfo.InvariantCulture), .. files]) { RedirectStandardOutput = true })!;
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
}
