using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class SevenBitScanTests
{
    private static bool Holds(byte[] octets, int piece, Boundary boundary = default)
    {
        var scan = new SevenBitScan(boundary);
        for (var at = 0; at < octets.Length; at += piece)
            scan.Add(octets.AsSpan(at, Math.Min(piece, octets.Length - at)));
        return scan.Holds;
    }

    public static TheoryData<string, bool> Cases => new()
    {
        { "", true },
        { "Subject: x\r\n\r\nHello\r\n", true },
        { "no line end", true },
        { "bare\nline feed\r\n", false },
        { "bare\rreturn\r\n", false },
        { "half a line end\r", false },
        { "é\r\n", false },
        { "nul\0\r\n", false },
        { new string('x', 998) + "\r\n" + new string('y', 998), true },
        { new string('x', 999) + "\r\n", false },
        { "--0__=AB12\r\n", false },
        { "--1__=AB12--\r\n", false },
        { "x--0__=AB12\r\n", true },
        { "x\r\n--0__=AB12x\r\n", false },
        { "--0__=AB1\r\n", true },
        { "--0__=AB1", true },
        { "--0__=AB1\r\n--", true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_can_stand_as_it_is_is_told_however_it_is_cut(string text, bool holds)
    {
        for (var piece = 1; piece < 20; piece++)
            Assert.Equal(holds, Holds(Encoding.UTF8.GetBytes(text), piece, Boundary.Of("AB12")));
        Assert.Equal(holds, Holds(Encoding.UTF8.GetBytes(text), 4096, Boundary.Of("AB12")));
    }

    [Fact]
    public void Whatever_the_octets_the_pieces_do_not_matter()
    {
        foreach (var octets in Fuzz.Octets(seed: 71, count: 3000, alphabet: "ab\r\n\r\n\r\n-0_=", maxLength: 60))
        {
            var whole = Holds(octets, 4096, Boundary.Of("a"));
            for (var piece = 1; piece < 9; piece++)
                Assert.Equal(whole, Holds(octets, piece, Boundary.Of("a")));
        }
    }
}
