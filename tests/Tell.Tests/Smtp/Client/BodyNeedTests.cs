using System.Text;
using Tell.Mail;
using Tell.Smtp.Client;

namespace Tell.Tests.Smtp.Client;

public sealed class BodyNeedTests
{
    [Theory]
    [InlineData("", BodyType.SevenBit)]
    [InlineData("a\r\nb\r\n", BodyType.SevenBit)]
    [InlineData("a\r\nb", BodyType.SevenBit)]
    [InlineData("\u00fc\r\n", BodyType.EightBitMime)]
    [InlineData("a\nb", BodyType.BinaryMime)]
    [InlineData("a\rb", BodyType.BinaryMime)]
    [InlineData("a\r\r\n", BodyType.BinaryMime)]
    [InlineData("a\r\n\n", BodyType.BinaryMime)]
    [InlineData("a\r", BodyType.BinaryMime)]
    [InlineData("a\0\r\n", BodyType.BinaryMime)]
    public async Task Content_is_judged_by_its_octets_at_every_split(string text, BodyType need)
    {
        var octets = Encoding.Latin1.GetBytes(text);
        Assert.Equal(need, await OfAsync(octets, BodyType.BinaryMime));
        for (var split = 0; split <= octets.Length; split++)
            Assert.Equal(need, await OfAsync(octets, BodyType.BinaryMime, split));
    }

    [Theory]
    [InlineData(998, BodyType.SevenBit)]
    [InlineData(999, BodyType.BinaryMime)]
    public async Task A_line_longer_than_SMTP_has_is_none(int length, BodyType need)
    {
        var octets = Encoding.ASCII.GetBytes("a\r\n" + new string('x', length) + "\r\n");
        Assert.Equal(need, await OfAsync(octets, BodyType.BinaryMime));
        Assert.Equal(need, await OfAsync(octets, BodyType.BinaryMime, 500));
    }

    [Fact]
    public async Task What_was_declared_as_lines_stays_lines()
    {
        Assert.Equal(BodyType.SevenBit, await OfAsync("a\nb"u8.ToArray(), BodyType.EightBitMime));
        Assert.Equal(BodyType.EightBitMime, await OfAsync([0xfc], BodyType.EightBitMime));
    }

    private static ValueTask<BodyType> OfAsync(byte[] octets, BodyType declared, int split = -1) =>
        BodyNeed.OfAsync(split < 0 ? new MessageContent(0, octets) : new MessageContent(0, default, PiecesAsync(octets, split)), declared, default);

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync(byte[] octets, int split)
    {
        yield return octets.AsMemory(0, split);
        await Task.Yield();
        yield return octets.AsMemory(split);
    }
}
