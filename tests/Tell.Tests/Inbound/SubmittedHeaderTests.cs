using System.Text;
using Tell.Mail;
using Tell.Mta.Inbound;

namespace Tell.Tests.Inbound;

/// <summary>What is added to a submitted message, however its octets are cut.</summary>
public sealed class SubmittedHeaderTests
{
    private const string Id = "Message-ID: <0001@mta.test>\r\n", Date = "Date: Thu, 01 Jan 2026 12:00:00 +0000\r\n";

    [Theory]
    [InlineData("Date: x\r\nMessage-ID: <y>\r\n\r\nbody\r\n", "")]
    [InlineData("date : x\r\nMESSAGE-ID: <y>\r\n\r\nbody\r\n", "")]
    [InlineData("Date: x\r\nSubject: y\r\n\r\nbody\r\n", Id)]
    [InlineData("Message-ID: <y>\r\nSubject: y\r\n\r\nbody\r\n", Date)]
    [InlineData("Subject: y\r\n\r\nDate: in the body\r\nMessage-ID: <z>\r\n", Id + Date)]
    [InlineData("Subject: y\r\n Date: folded\r\n\tMessage-ID: <folded>\r\n\r\n", Id + Date)]
    [InlineData("Resent-Date: x\r\nResent-Message-ID: <y>\r\n\r\n", Id + Date)]
    [InlineData("\r\nno header\r\n", Id + Date)]
    [InlineData("no header\r\nDate: x\r\n\r\n", Id + Date)]
    [InlineData(" folded from nothing\r\nDate: x\r\n", Id + Date)]
    [InlineData("Subject: no end", Id + Date)]
    [InlineData("Date: no end", Id)]
    [InlineData("", Id + Date)]
    public void What_is_missing_is_added_in_front(string message, string added)
    {
        foreach (var size in new[] { 1, 2, 7, 1000 })
            Assert.Equal(added + message, Through(message, size));
    }

    [Fact]
    public void A_header_beyond_the_bound_goes_as_it_is()
    {
        var message = "X: " + string.Concat(Enumerable.Repeat("\r\n long", 20_000)) + "\r\n\r\nbody\r\n";
        Assert.Equal(message, Through(message, 4096));
    }

    [Fact]
    public void A_large_header_is_read_in_time_linear_in_its_size_however_it_is_cut()
    {
        var message = "X: 1\r\n" + string.Concat(Enumerable.Repeat(" \r\n", 20_000)) + "\r\nbody\r\n";
        Assert.Equal(Id + Date + message, Through(message, 1));
    }

    private static string Through(string message, int size)
    {
        Assert.True(MessageId.TryParse("<0001@mta.test>", out var id));
        var header = new SubmittedHeader(id, new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        var octets = Encoding.ASCII.GetBytes(message);
        var written = new StringBuilder();
        for (var at = 0; at < octets.Length; at += size)
            written.Append(Encoding.ASCII.GetString(header.Take(octets.AsMemory(at, Math.Min(size, octets.Length - at))).Span));
        return written.Append(Encoding.ASCII.GetString(header.End().Span)).ToString();
    }
}
