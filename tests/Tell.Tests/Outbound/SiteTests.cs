using Tell.Mail;
using Tell.Mta.Routing;
using Tell.Mta.Routing.Dns;

namespace Tell.Tests.Outbound;

/// <summary>Which domains share a site, and what it is called.</summary>
public sealed class SiteTests
{
    [Fact]
    public void The_same_exchangers_at_the_same_preferences_are_one_site_in_whatever_order_they_came()
    {
        var one = Of("one.test", (10, "a.mx.test"), (20, "b.mx.test"));
        Assert.Equal(one.Key, Of("two.test", (20, "b.mx.test"), (10, "a.mx.test")).Key);
        Assert.NotEqual(one.Key, Of("three.test", (10, "b.mx.test"), (20, "a.mx.test")).Key);
        Assert.NotEqual(one.Key, Of("four.test", (10, "a.mx.test")).Key);
    }

    [Theory]
    [InlineData("mx.test", "mx.test")]
    [InlineData("(a|b).mx.test", "a.mx.test", "b.mx.test")]
    [InlineData("a.mx.test", "a.mx.test", "b.other.test")]
    public void Its_name_is_that_of_its_best_exchangers(string name, params string[] best) =>
        Assert.Equal(name, Of("one.test", [.. best.Select(host => (10, host)), (90, "backup.test")]).Name);

    private static Site Of(string domain, params (int Preference, string Host)[] records) => Site.Found(
        new NextHop(domain, null, Domain.Parse(domain)),
        [.. records.Select(record => new MxRecord(record.Preference, record.Host))],
        DateTimeOffset.MaxValue);
}
