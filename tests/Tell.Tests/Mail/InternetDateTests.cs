using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class InternetDateTests
{
    [Fact]
    public void A_date_is_written_as_RFC_5322_has_it()
    {
        var time = new DateTimeOffset(2026, 3, 1, 4, 5, 6, TimeSpan.FromMinutes(-210));
        Assert.Equal("Sun, 01 Mar 2026 04:05:06 -0330", InternetDate.Format(time));
        Assert.Equal("Fri, 31 Dec 9999 23:59:59 +0000", InternetDate.Format(DateTimeOffset.MaxValue));
        var octets = new byte[InternetDate.Length];
        InternetDate.Format(time, octets);
        Assert.Equal(InternetDate.Format(time), Encoding.ASCII.GetString(octets));
    }

    [Theory]
    [InlineData("Sun, 01 Mar 2026 04:05:06 -0330", "2026-03-01T07:35:06Z")]
    [InlineData("1 Mar 2026 04:05 +0000", "2026-03-01T04:05:00Z")]
    [InlineData("Mon, 1 mar 2026 04:05:06 GMT", "2026-03-01T04:05:06Z")]
    [InlineData("Sunday, 1 March 2026 04:05:06 EST", "2026-03-01T09:05:06Z")]
    [InlineData("1 Mar 2026 04:05:06 PDT", "2026-03-01T11:05:06Z")]
    [InlineData("1 Mar 26 04:05:06 Z", "2026-03-01T04:05:06Z")]
    [InlineData("1 Mar 97 04:05:06 UT", "1997-03-01T04:05:06Z")]
    [InlineData("1 Mar 126 04:05:06 A", "2026-03-01T04:05:06Z")]
    [InlineData("1 Mar 2026 04:05:06", "2026-03-01T04:05:06Z")]
    [InlineData("1 Mar 2026 04:05:06 CEST", "2026-03-01T04:05:06Z")]
    [InlineData("1 Mar 2026 04:05:06 +01:30", "2026-03-01T02:35:06Z")]
    [InlineData("1 Mar 2026 04:05:06 +0100 (CET)", "2026-03-01T03:05:06Z")]
    [InlineData("Sun (a (nested\\) one)) , 1 (x) Mar 2026\r\n 04 : 05 : 06 +0000", "2026-03-01T04:05:06Z")]
    [InlineData("01-Mar-2026 04:05:06 +0000", "2026-03-01T04:05:06Z")]
    [InlineData("31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59Z")]
    [InlineData("1 Mar 2026 04:05:06 +9959", "2026-02-25T00:06:06Z")]
    [InlineData("29 Feb 2024 00:00:00 -0000", "2024-02-29T00:00:00Z")]
    public void Dates_are_read_however_they_are_written(string text, string expected)
    {
        Assert.True(InternetDate.TryParse(text, out var time));
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Sun")]
    [InlineData("Sun, 1")]
    [InlineData("32 Mar 2026 04:05:06 +0000")]
    [InlineData("29 Feb 2026 04:05:06 +0000")]
    [InlineData("1 Foo 2026 04:05:06 +0000")]
    [InlineData("1 Mar 2026 24:00:00 +0000")]
    [InlineData("1 Mar 2026 04:60:00 +0000")]
    [InlineData("1 Mar 0000 04:05:06 +0000")]
    [InlineData("1 Jan 0001 00:00:00 +0100")]
    [InlineData("31 Dec 9999 23:59:59 -0100")]
    [InlineData("1 Mar 20260 04:05:06 +0000")]
    [InlineData("2026-03-01T04:05:06Z")]
    public void What_is_no_date_is_refused(string text) => Assert.False(InternetDate.TryParse(text, out _));

    [Fact]
    public void Every_time_comes_back_to_the_second_and_nothing_makes_it_throw()
    {
        var random = new Random(11);
        for (var i = 0; i < 5000; i++)
        {
            var utc = DateTimeOffset.FromUnixTimeSeconds(random.NextInt64(-60_000_000_000, 250_000_000_000));
            var time = utc.ToOffset(TimeSpan.FromMinutes(random.Next(-839, 840)));
            Assert.True(InternetDate.TryParse(InternetDate.Format(time), out var read));
            Assert.Equal(time, read);
            Assert.Equal(time.Offset, read.Offset);
        }
        foreach (var text in Fuzz.Texts(seed: 12, count: 30_000, alphabet: "Sun, 01 Mar 2026 04:05:06 -0330()\\", maxLength: 40))
            InternetDate.TryParse(text, out _);
        Assert.False(InternetDate.TryParse(new string('(', 1_000_000), out _));
    }

    [Fact]
    public void A_message_id_is_made_of_a_unid_and_read_from_anything()
    {
        Assert.Equal("<0193AB@mx.example.test>", MessageId.New("0193AB", Domain.Parse("MX.example.test")).Value);
        Assert.Throws<ArgumentException>(() => MessageId.New("a b", Domain.Parse("x")));
        Assert.Throws<ArgumentException>(() => MessageId.New("a", default));
        Assert.True(MessageId.TryParse(" (comment) <a.b@c> <d@e>", out var id));
        Assert.Equal("<a.b@c>", id.Value);
        foreach (var text in new[] { "", "<>", "a@b", "<a b@c>", "<a\r\nBcc: x@y>", "<a", "<<a>", "<" + new string('a', 1000) + ">", "<a\u0085b>" })
            Assert.False(MessageId.TryParse(text, out _), text);
    }
}
