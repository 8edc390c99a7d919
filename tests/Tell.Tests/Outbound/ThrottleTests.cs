using Tell.Mta.Outbound;

namespace Tell.Tests.Outbound;

/// <summary>Slot times.</summary>
public sealed class ThrottleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 2, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Throttle _throttle = new();

    [Fact]
    public void Up_to_the_limit_goes_at_once_and_the_next_gets_a_time()
    {
        Assert.Equal(Noon, _throttle.Slot(Noon, 10, 10, Hour));
        Assert.True(_throttle.TrySpend(Noon, 10, 10, Hour));
        Assert.Equal(0, _throttle.Free(Noon, 10, Hour));
        Assert.Equal(Noon + TimeSpan.FromMinutes(61), _throttle.Slot(Noon, 1, 10, Hour));
        Assert.Equal(10, _throttle.Free(Noon + TimeSpan.FromMinutes(61), 10, Hour));
    }

    [Fact]
    public void The_time_is_when_enough_of_what_went_has_left_the_window()
    {
        Assert.True(_throttle.TrySpend(Noon, 4, 10, Hour));
        Assert.True(_throttle.TrySpend(Noon.AddMinutes(10), 4, 10, Hour));
        var now = Noon.AddMinutes(20);
        Assert.Equal(now, _throttle.Slot(now, 2, 10, Hour));
        Assert.Equal(Noon.AddMinutes(61), _throttle.Slot(now, 6, 10, Hour));
        Assert.Equal(Noon.AddMinutes(71), _throttle.Slot(now, 7, 10, Hour));
    }

    [Fact]
    public void A_message_with_more_recipients_than_the_limit_goes_alone()
    {
        Assert.Equal(Noon, _throttle.Slot(Noon, 50, 10, Hour));
        Assert.True(_throttle.TrySpend(Noon, 1, 10, Hour));
        Assert.Equal(Noon.AddMinutes(61), _throttle.Slot(Noon, 50, 10, Hour));
    }

    [Fact]
    public void Another_window_begins_anew()
    {
        Assert.True(_throttle.TrySpend(Noon, 10, 10, Hour));
        Assert.Equal(Noon, _throttle.Slot(Noon, 10, 10, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void No_stretch_as_long_as_the_window_ever_gets_more_than_the_limit()
    {
        var random = new Random(1);
        var spent = new List<(DateTimeOffset Time, int Recipients)>();
        var now = Noon;
        for (var i = 0; i < 5000; i++)
        {
            var recipients = random.Next(1, 6);
            var slot = _throttle.Slot(now, recipients, 20, TimeSpan.FromMinutes(5));
            now = slot > now ? slot : now.AddSeconds(random.Next(0, 20));
            var may = _throttle.Slot(now, recipients, 20, TimeSpan.FromMinutes(5)) <= now;
            Assert.Equal(may, _throttle.TrySpend(now, recipients, 20, TimeSpan.FromMinutes(5)));
            if (!may)
                continue;
            spent.Add((now, recipients));
        }
        for (var i = 0; i < spent.Count; i++)
        {
            var end = spent[i].Time.AddMinutes(5);
            Assert.InRange(spent.Skip(i).TakeWhile(sent => sent.Time < end).Sum(sent => sent.Recipients), 1, 20);
        }
        Assert.InRange(spent.Count, 1000, 5000);
    }
}
