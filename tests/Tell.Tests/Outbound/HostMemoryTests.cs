using System.Collections.Immutable;
using System.Net;
using Tell.Mta.Outbound;
using Tell.Mta.Routing;
using Tell.Tests.Simulation;

namespace Tell.Tests.Outbound;

/// <summary>Hosts that are skipped for a while.</summary>
public sealed class HostMemoryTests
{
    private static readonly MailHost One = Host(1), Two = Host(2);
    private static readonly ImmutableArray<MailHost> Both = [One, Two];

    private readonly ManualTime _time = new();
    private readonly HostMemory _memory;

    public HostMemoryTests() => _memory = new HostMemory(_time);

    [Fact]
    public void After_three_failures_in_a_row_a_host_is_skipped_for_ten_minutes()
    {
        Fail(One, 2);
        Assert.Equal([One, Two], Choose(Both));
        Fail(One, 1);
        Assert.Equal([Two], Choose(Both));
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal([One, Two], Choose(Both));
    }

    [Fact]
    public void One_answer_clears_a_host()
    {
        Fail(One, 3);
        _memory.Answered(One.Endpoint);
        Fail(One, 2);
        Assert.Equal([One, Two], Choose(Both));
    }

    [Fact]
    public void Where_all_are_bad_the_one_that_failed_least_is_tried()
    {
        Fail(One, 5);
        Fail(Two, 4);
        Assert.Equal([Two], Choose(Both));
        Fail(Two, 2);
        Assert.Equal([One], Choose(Both));
        Assert.Empty(Choose([]));
    }

    [Fact]
    public void It_remembers_a_bounded_number_of_hosts_and_forgets_the_rest()
    {
        for (var i = 0; i < 50_000; i++)
            Fail(new MailHost("h", new IPEndPoint(i, 25)), 3);
        var skipped = Enumerable.Range(0, 50_000).Count(i => _memory.IsSkipped(new IPEndPoint(i, 25)));
        Assert.InRange(skipped, 1, 10_000);
    }

    private static MailHost Host(int number) => new($"mx{number}.test", new IPEndPoint(IPAddress.Parse($"192.0.2.{number}"), 25));

    private MailHost[] Choose(ImmutableArray<MailHost> hosts) => [.. _memory.Choose(hosts)];

    private void Fail(MailHost host, int times)
    {
        for (var i = 0; i < times; i++)
            _memory.Failed(host.Endpoint);
    }
}
