using Tell.Documents;
using Tell.Mta.Outbound;

namespace Tell.Tests.Outbound;

public sealed class PassedHostsTests
{
    [Fact]
    public void What_very_many_hosts_said_at_great_length_stays_short()
    {
        var passed = new PassedHosts();
        for (var i = 1; i <= 100; i++)
            passed.Add(new Attempt { Time = default, Host = $"mx{i}.test", Address = "192.0.2.1:25", Phase = "greeting", Text = new string('x', 10_000) });
        Assert.InRange(passed.ToString().Length, 500, 1000);
        Assert.EndsWith("; and 95 more", passed.ToString());
    }
}
