using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

/// <summary>Whoever sends a message does not decide what it costs: limits hold, and work and memory grow no faster than the message.</summary>
public sealed class MimeLimitsTests
{
    public static TheoryData<string, int> Shapes
    {
        get
        {
            var shapes = new TheoryData<string, int>();
            foreach (var name in Generators.Keys)
            {
                // In one piece, in pieces as they come from a network, and octet by octet.
                foreach (var piece in new[] { int.MaxValue, 1000, 1 })
                    shapes.Add(name, piece);
            }
            return shapes;
        }
    }

    private const string Head = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";

    private static readonly Dictionary<string, Func<int, string>> Generators = new()
    {
        ["boundaries"] = n => Head + Repeat("--b\r\n", n),
        ["empty parts"] = n => Head + Repeat("--b\r\n\r\n\r\n", n),
        ["lines that are nearly boundaries"] = n => Head + "--b\r\n\r\n" + Repeat("--bb\r\n--\r\n-\r\n", n),
        ["long lines that are nearly boundaries"] = n => Head + "--b\r\n\r\n" + Repeat("--b" + new string(' ', 2500) + "\r\n", n / 800),
        ["one line of a header"] = n => "Subject: " + new string('x', n * 5),
        ["one line that is no field"] = n => new string('x', n * 5),
        ["folds"] = n => "Subject:" + Repeat("\r\n x", n),
        ["fields"] = n => Repeat("a:\r\n", n),
        ["false starts"] = n => Repeat(" \n", n),
        ["line ends"] = n => Head + Repeat("\r\n", n),
        ["CR"] = n => Head + Repeat("\r", n),
        ["hyphens"] = n => Head + new string('-', n),
        ["line ends and hyphens"] = n => Head + "--b\r\n\r\n" + Repeat("\n-\r", n),
        ["multiparts in each other"] = n => Repeat("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", n / 10),
        ["multiparts in each other, each with a boundary that begins the next"] = n =>
            string.Concat(Enumerable.Range(1, 40).Select(i => $"Content-Type: multipart/x; boundary={new string('b', i)}\r\n\r\n--{new string('b', i)}\r\n")) + "\r\n" + Repeat("--bbbbbbbbbbbbbbbbbbbbb-\r\n", n),
        ["parameters"] = n => "Content-Type: text/plain" + Repeat("; a*0*=b", n) + "\r\n\r\n",
        ["white space in quoted-printable"] = n => "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + new string(' ', n),
        ["soft breaks that are none"] = n => "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + Repeat("= ", n),
        ["base64 of junk"] = n => "Content-Transfer-Encoding: base64\r\n\r\n" + Repeat("Q*", n),
        ["uuencode that never begins"] = n => "Content-Transfer-Encoding: uuencode\r\n\r\n" + Repeat("begi\n", n),
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Twice_the_message_is_twice_the_work_and_no_more_memory_than_that(string shape, int piece)
    {
        var (small, large) = (Cost(shape, 20_000, piece), Cost(shape, 40_000, piece));
        // Each octet is looked at four times at most.
        Assert.InRange(small.Work, 0, small.Octets * 4);
        Assert.InRange(large.Work, 0, large.Octets * 4);
        // 10,000 entities with their headers are the most that is ever allocated.
        Assert.InRange(large.Allocated, 0, 16_000_000);
        Assert.InRange(large.Allocated, 0, small.Allocated * 3 + 2_000_000);
    }

    // Octets that a decoder looks at are not counted: here the clock has to say.
    [Theory]
    [InlineData("parameters")]
    [InlineData("white space in quoted-printable")]
    [InlineData("soft breaks that are none")]
    [InlineData("base64 of junk")]
    [InlineData("uuencode that never begins")]
    public void No_content_makes_decoding_slow(string shape) =>
        Assert.True(Fuzz.IsLinear(n => WorkOf(Encoding.Latin1.GetBytes(Generators[shape](n)), 1000), size: 1000), shape);

    [Fact]
    public void Content_passes_through_without_an_allocation_for_a_line()
    {
        foreach (var (encoding, line) in new[] { ("7bit", "text\r\n"), ("quoted-printable", "t=65xt =\r\n"), ("base64", new string('A', 76) + "\r\n"), ("uuencode", "#86)C\r\n") })
        {
            var octets = Encoding.ASCII.GetBytes(Head + $"--b\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n" + (encoding[0] == 'u' ? "begin 644 x\r\n" : "") + Repeat(line, 100_000));
            Assert.InRange(AllocatedBy(WorkOf(octets, 65536)), 0, 65_536);
        }
    }

    [Fact]
    public void Beyond_the_depth_a_multipart_is_a_leaf()
    {
        var read = MimeTranscript.Of(Generators["multiparts in each other"](100), new MimeLimits { Depth = 3 });
        Assert.Equal([true, true, true, false], read.Entities.Take(4).Select(entity => entity.IsMultipart));
        Assert.Contains("part 1.1.1: it lies deeper than the limit, and its parts are not read", read.Problems);
    }

    [Fact]
    public void Beyond_the_number_of_entities_nothing_is_looked_at()
    {
        var read = MimeTranscript.Of(Head + Repeat("--b\r\n\r\nx\r\n", 1000) + "--b--", new MimeLimits { Entities = 3 });
        Assert.Equal(["", "1", "2"], read.Entities.Select(entity => entity.Section));
        Assert.Equal(["the message has more parts than the limit: the rest is not read"], read.Problems);
        Assert.Equal(10_000, MimeTranscript.Of(Head + Repeat("--b\r\n\r\n\r\n", 1_000_000)).Entities.Count);
    }

    [Fact]
    public void Of_a_header_that_is_too_long_the_first_fields_are_kept_and_the_body_is_found()
    {
        foreach (var (long1, expected) in new[] { ("X: " + new string('x', 200), 1), ("X: a\r\n" + Repeat(" b\r\n", 50) + " c", 1), (Repeat("X: a\r\n", 50) + "Y: z", 4) })
        {
            var octets = Encoding.ASCII.GetBytes($"A: b\r\n{long1}\r\nContent-Type: text/html\r\n\r\nbody");
            foreach (var size in new[] { octets.Length, 1, 3, 20, 31 })
            {
                var read = MimeTranscript.Of(MimeTranscript.Pieces(octets, size), new MimeLimits { HeaderOctets = 29 });
                Assert.Equal(expected, read.Entity("").Header.Fields.Length);
                Assert.False(read.Entity("").Header.IsComplete);
                Assert.Equal("body", read.Text(""));
                Assert.Equal(["its header is longer than the limit: what lies beyond is not read"], read.Problems);
            }
        }
        Assert.Empty(MimeTranscript.Of("A: b\r\n\r\nbody", new MimeLimits { HeaderOctets = 6 }).Problems);
    }

    [Fact]
    public void Problems_beyond_the_limit_are_only_counted()
    {
        var read = MimeTranscript.Of(Head + Repeat("--b\r\nno field\r\n", 500), new MimeLimits { Problems = 7 });
        Assert.Equal(7, read.Problems.Count);
        Assert.Equal(501, read.ProblemCount);
    }

    private static (long Octets, long Work, long Allocated) Cost(string shape, int size, int piece)
    {
        var octets = Encoding.Latin1.GetBytes(Generators[shape](size));
        var reader = new MimeReader();
        var before = GC.GetAllocatedBytesForCurrentThread();
        ReadAll(reader, octets, piece);
        return (octets.Length, reader.Work, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Action WorkOf(byte[] octets, int piece) => () => ReadAll(new MimeReader(), octets, piece);

    private static long AllocatedBy(Action work)
    {
        work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void ReadAll(MimeReader reader, byte[] octets, int piece)
    {
        for (var at = 0; at < octets.Length;)
        {
            var length = Math.Min(piece, octets.Length - at);
            reader.Feed(octets.AsMemory(at, length));
            while (reader.Read())
            {
            }
            at += length;
        }
        reader.Complete();
        while (reader.Read())
        {
        }
    }

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
