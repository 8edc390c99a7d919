using System.Net;
using Tell.Mta.Inbound;
using Tell.Tests.Simulation;

namespace Tell.Tests.Inbound;

/// <summary>What is counted per client network and user.</summary>
public sealed class LimitTableTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly ManualTime _time = new();

    [Fact]
    public void Sessions_are_counted_in_and_out_for_each_client_alone()
    {
        var table = new LimitTable<string>(_time, 100);
        Assert.Null(table.TryEnter("one", 1, 0));
        Assert.Equal(LimitKind.Sessions, table.TryEnter("one", 1, 0));
        Assert.Null(table.TryEnter("other", 1, 0));
        table.Leave("one");
        Assert.Null(table.TryEnter("one", 1, 0));
    }

    [Fact]
    public void Connections_turned_away_for_too_many_sessions_count_as_connections()
    {
        var table = new LimitTable<string>(_time, 100);
        Assert.Null(table.TryEnter("one", 1, 2));
        Assert.Equal(LimitKind.Sessions, table.TryEnter("one", 1, 2));
        table.Leave("one");
        Assert.Equal(LimitKind.Connections, table.TryEnter("one", 1, 2));
        _time.Advance(TimeSpan.FromMinutes(1.2));
        Assert.Null(table.TryEnter("one", 1, 2));
    }

    // Whatever the moment at which a client begins: no window, wherever it is laid, holds more than the limit.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_window_ever_holds_more_than_the_limit(int seed)
    {
        var table = new LimitTable<string>(_time, 100);
        var chance = new Random(seed);
        var taken = new List<DateTimeOffset>();
        for (var i = 0; i < 5000; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(chance.Next(60)));
            if (table.TryAdd("one", LimitKind.Messages, 20, Hour))
                taken.Add(_time.GetUtcNow());
        }
        Assert.All(Enumerable.Range(0, taken.Count - 20), i => Assert.True(taken[i + 20] - taken[i] >= Hour));
        // And who keeps asking gets its share: at least the limit in a window and a fifth.
        Assert.InRange(taken.Count, 20 * (int)((taken[^1] - taken[0]) / (Hour * 1.2)), int.MaxValue);
    }

    [Fact]
    public void Who_has_reached_a_limit_waits_at_most_a_window_and_a_fifth()
    {
        var table = new LimitTable<string>(_time, 100);
        _time.Advance(TimeSpan.FromMinutes(7));
        table.Add("one", LimitKind.Octets, 1000, Hour);
        Assert.True(table.HasReached("one", LimitKind.Octets, 1000, Hour));
        _time.Advance(Hour);
        Assert.True(table.HasReached("one", LimitKind.Octets, 1000, Hour));
        _time.Advance(Hour / 5);
        Assert.False(table.HasReached("one", LimitKind.Octets, 1, Hour));
    }

    [Fact]
    public void A_window_of_another_length_begins_anew()
    {
        var table = new LimitTable<string>(_time, 100);
        table.Add("one", LimitKind.Errors, 5, Hour);
        Assert.False(table.HasReached("one", LimitKind.Errors, 5, Hour / 2));
        table.Add("one", LimitKind.Errors, 5, Hour / 2);
        Assert.True(table.HasReached("one", LimitKind.Errors, 5, Hour / 2));
    }

    [Fact]
    public void Memory_is_bounded_the_longest_idle_is_forgotten_first_and_who_is_connected_never()
    {
        var table = new LimitTable<string>(_time, 3);
        Assert.Null(table.TryEnter("connected", 1, 0));
        table.Add("idle", LimitKind.Errors, 9, Hour);
        table.Add("busy", LimitKind.Errors, 9, Hour);
        table.Add("idle", LimitKind.Errors, 1, Hour);
        for (var i = 0; i < 1000; i++)
        {
            table.Add($"passer-by {i}", LimitKind.Errors, 1, Hour);
            Assert.InRange(table.Count, 1, 3);
            if (i == 0)
            {
                Assert.True(table.HasReached("idle", LimitKind.Errors, 10, Hour));
                Assert.False(table.HasReached("busy", LimitKind.Errors, 1, Hour));
            }
        }
        Assert.Equal(LimitKind.Sessions, table.TryEnter("connected", 1, 0));
    }

    [Fact]
    public void More_sessions_than_the_bound_are_all_remembered_and_forgotten_when_they_end()
    {
        var table = new LimitTable<int>(_time, 3);
        for (var i = 0; i < 10; i++)
            Assert.Null(table.TryEnter(i, 1, 0));
        Assert.Equal(10, table.Count);
        for (var i = 0; i < 10; i++)
            table.Leave(i);
        Assert.Equal(3, table.Count);
    }

    [Theory]
    [InlineData("192.0.2.77", 24, 64, "192.0.2.0/24")]
    [InlineData("192.0.2.77", 32, 64, "192.0.2.77/32")]
    [InlineData("192.0.2.77", 25, 64, "192.0.2.0/25")]
    [InlineData("::ffff:192.0.2.77", 24, 64, "192.0.2.0/24")]
    [InlineData("2001:db8:1:2:3:4:5:6", 24, 64, "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:3:4:5:6", 24, 47, "2001:db8::/47")]
    public void A_client_is_counted_in_its_network(string client, int bits4, int bits6, string network) =>
        Assert.Equal(IPNetwork.Parse(network), ClientNetwork.Of(IPAddress.Parse(client), bits4, bits6));
}
