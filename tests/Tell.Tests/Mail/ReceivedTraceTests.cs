using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class ReceivedTraceTests
{
    [Theory]
    [InlineData("from a.test by mta.test with ESMTP id 1; Sun, 22 Nov 2026 00:00:00 +0000", true)]
    [InlineData("from a.test\r\n\tby MTA.Test. (Tell) with ESMTP;\r\n\tSun, 22 Nov 2026 00:00:00 +0000", true)]
    [InlineData("by mta.test", true)]
    [InlineData("BY\tmta.test(comment)", true)]
    [InlineData("from by by mta.test; x", true)]
    [InlineData("from by (x) mta.test by other.test; x", false)]
    [InlineData("from mta.test by other.test; x", false)]
    [InlineData("from a.test (by mta.test) by other.test; x", false)]
    [InlineData("from a.test (x \\) by mta.test) by other.test; x", false)]
    [InlineData("from \"by mta.test\" by other.test; x", false)]
    [InlineData("from a.test; by mta.test", false)]
    [InlineData("from a.test by mta.test.evil.test; x", false)]
    [InlineData("from a.test by (never closed mta.test", false)]
    [InlineData("by \"never closed mta.test", false)]
    [InlineData("by", false)]
    [InlineData("", false)]
    public void The_host_that_wrote_a_field_is_the_one_behind_its_by(string value, bool own) => Assert.Equal(own, ReceivedTrace.IsBy(Encoding.ASCII.GetBytes(value), "mta.test"));

    [Fact]
    public void All_fields_and_our_own_are_counted_and_those_of_the_body_are_not()
    {
        var message = "Received: by a.test; x\r\nreceived: from x\r\n by mta.test; x\r\nSubject: by mta.test\r\nX-Received: by mta.test; x\r\nReceived: by mta.test\r\n\r\nReceived: by mta.test\r\n"u8;
        Assert.Equal((3, 2), ReceivedTrace.Count(message, "mta.test"));
    }

    [Fact]
    public void Octets_of_chance_never_make_it_fail()
    {
        var random = new Random(5);
        Span<byte> octets = stackalloc byte[60];
        for (var i = 0; i < 50_000; i++)
        {
            random.NextBytes(octets);
            for (var at = 0; at < octets.Length; at++)
                octets[at] = octets[at] < 200 ? (byte)"by(\")\\; \tmta.test"[octets[at] % 17] : octets[at];
            ReceivedTrace.IsBy(octets, "mta.test");
        }
    }
}
