using System.Buffers;
using System.Net;
using System.Text;
using Tell.Smtp.Server;

namespace Tell.Tests.Smtp.Server;

public class ProxyHeaderTests
{
    private const string Signature = "\r\n\r\n\0\r\nQUIT\n";

    private static readonly string V4 = Signature + "\x21\x11\0\x0c" + "\xc6\x33\x64\x03" + "\xcb\x00\x71\x19" + "\x9c\x40" + "\0\x19";

    public static TheoryData<string, string?, string?> Good => new()
    {
        { "PROXY TCP4 198.51.100.3 203.0.113.25 40000 25\r\n", "198.51.100.3:40000", "203.0.113.25:25" },
        { "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535", "255.255.255.255:65535" },
        { "PROXY TCP6 2001:db8::1 2001:db8::2 0 25\r\n", "[2001:db8::1]:0", "[2001:db8::2]:25" },
        { "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535" },
        { "PROXY UNKNOWN\r\n", null, null },
        { "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n", null, null },
        { V4, "198.51.100.3:40000", "203.0.113.25:25" },
        { Signature + "\x21\x11\0\x10" + V4[16..] + "\x04\0\x01x", "198.51.100.3:40000", "203.0.113.25:25" },
        { Signature + "\x20\0\0\0", null, null },
        { Signature + "\x20\x11\0\x0c" + V4[16..], null, null },
        { Signature + "\x21\0\0\u0003abc", null, null },
        { Signature + "\x20\0\x03\xf0" + new string('x', 1008), null, null },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void A_header_is_read_however_it_is_cut(string octets, string? source, string? target)
    {
        for (var behind = 0; behind < 3; behind++)
        {
            var whole = octets + "EHLO"[..behind];
            Assert.Equal(ProxyRead.Header, Read(whole, out var header, out var rest));
            Assert.Equal((source, target, behind), (header.Source?.ToString(), header.Target?.ToString(), rest));
        }
        for (var length = 0; length < octets.Length; length++)
        {
            Assert.Equal(ProxyRead.Incomplete, Read(octets[..length], out _, out var rest));
            Assert.Equal(length, rest);
        }
    }

    [Theory]
    [InlineData("E")]
    [InlineData("PROXX")]
    [InlineData("\r\n\r\n\r")]
    [InlineData("proxy TCP4 198.51.100.3 203.0.113.25 40000 25\r\n")]
    [InlineData("PROXY \r\n")]
    [InlineData("PROXY UDP4 198.51.100.3 203.0.113.25 40000 25\r\n")]
    [InlineData("PROXY TCP4 198.51.100.3 203.0.113.25 40000\r\n")]
    [InlineData("PROXY TCP4 198.51.100.3 203.0.113.25 40000 25 1\r\n")]
    [InlineData("PROXY TCP4  198.51.100.3 203.0.113.25 40000 25\r\n")]
    [InlineData("PROXY TCP4 198.51.100 203.0.113.25 40000 25\r\n")]
    [InlineData("PROXY TCP4 0x7f000001 203.0.113.25 40000 25\r\n")]
    [InlineData("PROXY TCP4 198.051.100.3 203.0.113.25 40000 25\r\n")]
    [InlineData("PROXY TCP4 2001:db8::1 203.0.113.25 40000 25\r\n")]
    [InlineData("PROXY TCP6 198.51.100.3 203.0.113.25 40000 25\r\n")]
    [InlineData("PROXY TCP6 fe80::1%1 2001:db8::2 40000 25\r\n")]
    [InlineData("PROXY TCP6 [2001:db8::1] 2001:db8::2 40000 25\r\n")]
    [InlineData("PROXY TCP4 198.51.100.3 203.0.113.25 65536 25\r\n")]
    [InlineData("PROXY TCP4 198.51.100.3 203.0.113.25 040 25\r\n")]
    [InlineData("PROXY TCP4 198.51.100.3 203.0.113.25 -1 25\r\n")]
    [InlineData("PROXY TCP4 198.51.100.3 203.0.113.25 40000 25\nNOOP\r\n")]
    [InlineData("PROXY UNKNOWN\nNOOP\r\n")]
    [InlineData("PROXY UNKNOWN xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData(Signature + "\x11")]
    [InlineData(Signature + "\x22")]
    [InlineData(Signature + "\x21\x12\0\x0c")]
    [InlineData(Signature + "\x21\x31\0\xd8")]
    [InlineData(Signature + "\x21\x11\0\x0b")]
    [InlineData(Signature + "\x21\x21\0\x23")]
    [InlineData(Signature + "\x20\0\x03\xf1")]
    [InlineData(Signature + "\x21\x11\xff\xff")]
    public void What_is_no_header_is_seen(string octets) => Assert.Equal(ProxyRead.Malformed, Read(octets, out _, out _));

    [Fact]
    public void Random_octets_never_break_it()
    {
        var good = Good.Select(row => (string)row[0]).ToArray();
        for (var seed = 0; seed < 5000; seed++)
        {
            var random = new Random(seed);
            var octets = new StringBuilder(good[random.Next(good.Length)]);
            for (var change = random.Next(1, 5); change > 0; change--)
                octets[random.Next(octets.Length)] = (char)random.Next(256);
            if (random.Next(3) == 0)
                octets.Length = random.Next(octets.Length);
            var read = Read(octets.ToString(), out var header, out var rest);
            Assert.True(read == ProxyRead.Header || (rest == octets.Length && header.Source is null), $"seed {seed}");
        }
    }

    // One octet a segment: where they are cut makes no difference.
    private static ProxyRead Read(string text, out ProxyHeader header, out int rest)
    {
        var octets = Encoding.Latin1.GetBytes(text);
        var whole = new ReadOnlySequence<byte>(octets);
        var crumbs = Crumb.Of(octets);
        var read = ProxyHeader.Read(ref whole, out header);
        Assert.Equal(read, ProxyHeader.Read(ref crumbs, out var again));
        Assert.Equal(header, again);
        Assert.Equal(whole.Length, crumbs.Length);
        rest = (int)whole.Length;
        return read;
    }

    private sealed class Crumb : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Of(byte[] octets)
        {
            var first = new Crumb();
            var last = first;
            for (var i = 0; i < octets.Length; i++)
            {
                var next = new Crumb { Memory = octets.AsMemory(i, 1), RunningIndex = i };
                last.Next = next;
                last = next;
            }
            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }
}
