using System.Text;
using Tell.Mail;
using Tell.Tests.Tools;

namespace Tell.Tests.Mail;

/// <summary>However large a message is, what its reader holds on to is not.</summary>
[Collection(MemoryCollection.Name)]
public sealed class MessageMemoryTests
{
    private const int Mega = 1024 * 1024;

    private static readonly byte[] Base64 = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('A', 76) + "\r\n", 840)));

    private static readonly byte[] OneLine = [.. Enumerable.Repeat((byte)'a', 64 * 1024)];

    private static readonly byte[] Parts = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("--b\r\n\r\nx\r\n", 6400)));

    [Theory]
    [InlineData("a base64 attachment", "Content-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n")]
    [InlineData("a text", "\r\n")]
    [InlineData("one endless line", "Content-Type: text/html\r\n\r\n")]
    [InlineData("one endless line of an enclosed message", "Content-Type: message/rfc822\r\n\r\n\r\n")]
    [InlineData("an endless field", "Subject: ")]
    [InlineData("a multipart whose boundary never comes", "Content-Type: multipart/mixed; boundary=b\r\n\r\n")]
    [InlineData("a million tiny parts", "Content-Type: multipart/mixed; boundary=b\r\n\r\n")]
    [InlineData("a winmail.dat", "Content-Type: application/ms-tnef\r\n\r\n")]
    public void Sixty_megabytes_are_read_in_a_bounded_memory(string shape, string header)
    {
        var piece = shape switch { "a base64 attachment" => Base64, "a million tiny parts" => Parts, _ => OneLine };
        var reader = new MessageReader(mostText: Mega);
        reader.Feed(Encoding.ASCII.GetBytes(header));
        var tokens = ReadOut(reader);
        var (before, allocated) = (GC.GetTotalMemory(forceFullCollection: true), GC.GetAllocatedBytesForCurrentThread());
        for (var octets = 0L; octets < 60L * Mega; octets += piece.Length)
        {
            reader.Feed(piece);
            tokens += ReadOut(reader);
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        reader.Complete();
        tokens += ReadOut(reader);
        Assert.True(reader.Ended);
        Assert.True(tokens > 0);
        // A winmail.dat is held to 16 MB; of all else far less is.
        Assert.InRange(held, long.MinValue, 50L * Mega);
        Assert.InRange(allocated, 0, 50L * Mega);
        if (shape.StartsWith("a million", StringComparison.Ordinal))
            Assert.Contains(reader.Problems, problem => problem.Text.Contains("more parts than the limit", StringComparison.Ordinal));
    }

    private static int ReadOut(MessageReader reader)
    {
        var tokens = 0;
        while (reader.Read())
            tokens++;
        return tokens;
    }
}
