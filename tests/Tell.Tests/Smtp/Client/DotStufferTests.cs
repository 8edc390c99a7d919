using System.Buffers;
using System.Text;
using Tell.Smtp.Client;

namespace Tell.Tests.Smtp.Client;

public sealed class DotStufferTests
{
    [Theory]
    [InlineData("", ".\r\n")]
    [InlineData("a", "a\r\n.\r\n")]
    [InlineData("a\r\n", "a\r\n.\r\n")]
    [InlineData(".", "..\r\n.\r\n")]
    [InlineData(".\r\n", "..\r\n.\r\n")]
    [InlineData("\r\n.\r\n", "\r\n..\r\n.\r\n")]
    [InlineData("a\r\n.b\r\n..\r\n", "a\r\n..b\r\n...\r\n.\r\n")]
    [InlineData("a\n.\nb\r.\r", "a\n.\nb\r.\r\r\n.\r\n")]
    public void Bodies_are_stuffed_alike_at_every_split(string body, string wire)
    {
        var octets = Encoding.ASCII.GetBytes(body);
        for (var first = 0; first <= octets.Length; first++)
        {
            for (var second = first; second <= octets.Length; second++)
                Assert.Equal(wire, Stuff(octets[..first], octets[first..second], octets[second..]));
        }
    }

    [Fact]
    public void Random_bodies_in_random_pieces_equal_the_reference_and_come_back_unchanged()
    {
        var random = new Random(2920);
        for (var round = 0; round < 5000; round++)
        {
            var body = new StringBuilder();
            for (var i = random.Next(40); i > 0; i--)
                body.Append("\r\n..ab\r\n."[random.Next(9)]);
            var octets = Encoding.ASCII.GetBytes(body.ToString());
            var pieces = new List<byte[]>();
            for (var at = 0; at < octets.Length;)
            {
                var length = Math.Min(random.Next(5), octets.Length - at);
                pieces.Add(octets[at..(at + length)]);
                at += length;
            }
            var wire = Stuff([.. pieces]);
            Assert.Equal(Reference(body.ToString()), wire);
            Assert.Equal(wire.Length - 3, wire.IndexOf("\r\n.\r\n", StringComparison.Ordinal) is var end and >= 0 ? end + 2 : 0);
        }
    }

    private static string Stuff(params byte[][] pieces)
    {
        var output = new ArrayBufferWriter<byte>();
        var stuffer = new DotStuffer();
        long written = 0;
        foreach (var piece in pieces)
            written += stuffer.Write(output, piece);
        Assert.Equal(output.WrittenCount, written);
        stuffer.End(output);
        return Encoding.ASCII.GetString(output.WrittenSpan);
    }

    // The rule in words: a dot that begins a line is doubled; a line begins at the start and after each CRLF.
    private static string Reference(string body)
    {
        var lines = body.Split("\r\n");
        var stuffed = string.Join("\r\n", lines.Select(line => line.StartsWith('.') ? "." + line : line));
        return stuffed + (stuffed.Length == 0 || stuffed.EndsWith("\r\n", StringComparison.Ordinal) ? "" : "\r\n") + ".\r\n";
    }
}
