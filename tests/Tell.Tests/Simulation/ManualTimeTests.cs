namespace Tell.Tests.Simulation;

public sealed class ManualTimeTests
{
    [Fact]
    public void Timers_fire_by_time_and_then_by_the_order_of_arming()
    {
        var time = new ManualTime();
        var fired = new List<string>();
        foreach (var (name, seconds) in new[] { ("late", 9), ("first", 3), ("second", 3), ("early", 1) })
            time.CreateTimer(_ => fired.Add($"{name}@{time.Elapsed.TotalSeconds}"), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["early@1", "first@3", "second@3"], fired);
        Assert.Equal(TimeSpan.FromSeconds(5), time.Elapsed);
        Assert.Equal(time.GetUtcNow().AddSeconds(4), time.NextTimer);
    }

    [Fact]
    public void A_periodic_timer_fires_until_it_is_disposed()
    {
        var time = new ManualTime();
        var fired = 0;
        var timer = time.CreateTimer(_ => fired++, null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(3, fired);
        timer.Dispose();
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(3, fired);
        Assert.Null(time.NextTimer);
        Assert.False(timer.Change(TimeSpan.Zero, TimeSpan.Zero));
    }

    [Fact]
    public void A_timer_that_is_changed_keeps_only_its_new_time()
    {
        var time = new ManualTime();
        var fired = new List<TimeSpan>();
        var timer = time.CreateTimer(_ => fired.Add(time.Elapsed), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Change(TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([TimeSpan.FromSeconds(10)], fired);
    }

    [Fact]
    public void A_cancellation_source_and_a_delay_live_on_the_clock()
    {
        var time = new ManualTime();
        using var source = new CancellationTokenSource(TimeSpan.FromHours(2), time);
        var delay = Task.Delay(TimeSpan.FromHours(3), time);
        time.Advance(TimeSpan.FromHours(2));
        Assert.True(source.IsCancellationRequested);
        Assert.False(delay.IsCompleted);
        time.Advance(TimeSpan.FromHours(1));
        Assert.True(delay.IsCompleted);
    }
}
