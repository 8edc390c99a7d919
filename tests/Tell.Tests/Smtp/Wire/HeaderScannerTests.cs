using System.Text;
using Tell.Smtp.Wire;

namespace Tell.Tests.Smtp.Wire;

public class HeaderScannerTests
{
    [Theory]
    [InlineData("\r\nbody", 2)]
    [InlineData("a: b\r\n\r\nbody", 8)]
    [InlineData("a: b\r\n c\r\nd:\r\n\r\n\r\n\r\n", 16)]
    [InlineData("a\r\r\n\r\n\r\n", 6)]
    [InlineData("a\r\n\r\r\n\r\n", 8)]
    [InlineData("\r\r\n\r\n", 5)]
    public void The_header_ends_with_the_first_empty_line_wherever_it_is_cut(string content, long size)
    {
        for (var first = 0; first <= content.Length; first++)
        {
            for (var second = first; second <= content.Length; second++)
                Assert.Equal((true, size), Scan(content[..first], content[first..second], content[second..]));
        }
        Assert.Equal((true, size), Scan([.. content.Select(c => c.ToString())]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r")]
    [InlineData("\n\r\n")]
    [InlineData("a: b\r\n\n\r\r\r\nc")]
    [InlineData("a: b\r\n\r")]
    public void Without_one_all_of_it_is_header(string content) =>
        Assert.Equal((false, content.Length), Scan([.. content.Select(c => c.ToString())]));

    private static (bool Ended, long Size) Scan(params string[] pieces)
    {
        var header = new HeaderScanner();
        foreach (var piece in pieces.Where(piece => piece.Length > 0))
        {
            if (!header.Ended)
                header.Take(Encoding.ASCII.GetBytes(piece));
        }
        return (header.Ended, header.Size);
    }
}
