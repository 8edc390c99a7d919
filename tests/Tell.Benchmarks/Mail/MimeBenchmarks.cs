using BenchmarkDotNet.Attributes;
using Tell.Mail;

namespace Tell.Benchmarks.Mail;

/// <summary>Reading messages entity by entity and decoded. A message of N octets in T us is N/T MB/s; <c>mime-reading</c> prints that, with a peer beside it.</summary>
[MemoryDiagnoser]
public class MimeBenchmarks
{
    private byte[] _small = [], _large = [];

    /// <summary>Writes the messages.</summary>
    [GlobalSetup]
    public void Write() => (_small, _large) = (SampleMessages.Small(), SampleMessages.Large());

    /// <summary>A message of 4 KB.</summary>
    [Benchmark]
    public long Read4KB() => Read(_small, int.MaxValue);

    /// <summary>A message of 200 KB in one piece.</summary>
    [Benchmark]
    public long Read200KB() => Read(_large, int.MaxValue);

    /// <summary>A message of 200 KB in pieces of 16 KB, as they come from a file.</summary>
    [Benchmark]
    public long Read200KBInPieces() => Read(_large, 16 * 1024);

    /// <summary>Reads a message whole, and the names of its files; the octets that came out.</summary>
    internal static long Read(byte[] message, int piece)
    {
        var reader = new MimeReader();
        long octets = 0;
        for (var at = 0; at < message.Length; at += Math.Min(piece, message.Length - at))
        {
            reader.Feed(message.AsMemory(at, Math.Min(piece, message.Length - at)));
            octets += Drain(reader);
        }
        reader.Complete();
        return octets + Drain(reader);
    }

    private static long Drain(MimeReader reader)
    {
        long octets = 0;
        while (reader.Read())
        {
            if (reader.Token == MimeToken.Content)
                octets += reader.Octets.Length;
            else if (reader.Token == MimeToken.End)
                octets += reader.Entity.FileName?.Length ?? 0;
        }
        return octets;
    }
}
