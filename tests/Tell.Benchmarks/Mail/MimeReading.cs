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
        var peer = BesidePython.Run(Peer, samples.Select(sample => sample.Octets), rounds);
        Console.WriteLine(BesidePython.Head);
        for (var i = 0; i < samples.Length; i++)
        {
            var (name, octets, piece) = samples[i];
            Console.WriteLine(BesidePython.Line(name, octets.Length, () => MimeBenchmarks.Read(octets, piece), peer?[i], rounds));
        }
        return 0;
    }
}
