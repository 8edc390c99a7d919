using System.Buffers;
using System.Text;
using Tell.Smtp.Wire;

namespace Tell.Tests.Smtp.Wire;

public class CommandLineReaderTests
{
    private static readonly string Longest = new('x', CommandLineReader.LongestLine - 2);

    public static TheoryData<string, string> Cases => new()
    {
        { "NOOP\r\n", "NOOP" },
        { "\r\n\r\n", "|" },
        { "a\nb\r\nc\r\n", "Malformed|c" },
        { "a\r\r\nc\r\n", "Malformed|c" },
        { "a\rb\r\nc\r\n", "Malformed|c" },
        { "a\0\r\nc\r\n", "Malformed|c" },
        { "\n\r\nc\r\n", "Malformed|c" },
        { "\n\n\n\r\r\n\r\n", "Malformed|" },
        { Longest + "\r\nc\r\n", "Longest|c" },
        { Longest + "x\r\nc\r\n", "TooLong|c" },
        { Longest + "xx\nc\r\nd\r\n", "TooLong|d" },
        { Longest + "xx\r\r\nd\r\n", "TooLong|d" },
        { Longest + Longest + "xxxx\r\nd\r\n", "TooLong|d" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Lines_and_faults_do_not_depend_on_how_the_octets_come(string input, string lines)
    {
        foreach (var cut in (int[])[1, 2, 3, 7, 4095, 4096, 4097, int.MaxValue])
        {
            // Long input octet by octet in segments of an octet is the square of long.
            foreach (var segment in (int[])(input.Length > 100 && cut < 100 ? [int.MaxValue] : [1, 5, int.MaxValue]))
                Assert.Equal(lines, string.Join('|', Read(input, cut, segment)));
        }
    }

    // The input arrives in pieces of "cut" octets, and lies in segments of "segment".
    private static List<string> Read(string input, int cut, int segment)
    {
        var octets = Encoding.Latin1.GetBytes(input);
        var reader = new CommandLineReader();
        var lines = new List<string>();
        var start = 0;
        for (long arrived = 0; arrived < octets.Length;)
        {
            arrived = Math.Min(octets.Length, arrived + cut);
            var sequence = Crumbs(octets.AsMemory(start, (int)arrived - start), segment);
            LineKind kind;
            while ((kind = reader.Read(ref sequence, out var line)) != LineKind.Incomplete)
                lines.Add(kind != LineKind.Line ? kind.ToString() : line.Length == Longest.Length ? "Longest" : Encoding.Latin1.GetString(line));
            start = (int)arrived - (int)sequence.Length;
            Assert.True(sequence.Length < CommandLineReader.LongestLine, "it keeps too much");
        }
        return lines;
    }

    private static ReadOnlySequence<byte> Crumbs(ReadOnlyMemory<byte> octets, int size)
    {
        if (octets.Length <= size)
            return new ReadOnlySequence<byte>(octets);
        var first = new Crumb(octets[..size], 0);
        var last = first;
        for (var at = size; at < octets.Length; at += size)
            last = last.Append(octets.Slice(at, Math.Min(size, octets.Length - at)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Crumb : ReadOnlySequenceSegment<byte>
    {
        public Crumb(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Crumb Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Crumb(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
