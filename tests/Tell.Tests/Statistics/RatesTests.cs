using Tell.Mta.Statistics;
using Tell.Tests.Mta;
using Tell.Tests.Simulation;

namespace Tell.Tests.Statistics;

public sealed class RatesTests
{
    private readonly ManualTime _time = new World().Time;

    // Facts: sun-cisco C6.
    [Fact]
    public void A_hundred_in_one_minute_show_6000_1200_and_400()
    {
        var rates = new Rates(_time);
        _time.Advance(TimeSpan.FromHours(2));
        for (var i = 0; i < 100; i++)
        {
            rates.Add([new(Stat.Received, 1)]);
            _time.Advance(TimeSpan.FromMilliseconds(599));
        }
        Assert.Equal((6000, 1200, 400), (rates.PerHour(RateKind.Received, 1), rates.PerHour(RateKind.Received, 5), rates.PerHour(RateKind.Received, 15)));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 1200, 400), (rates.PerHour(RateKind.Received, 1), rates.PerHour(RateKind.Received, 5), rates.PerHour(RateKind.Received, 15)));
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal((0, 400), (rates.PerHour(RateKind.Received, 5), rates.PerHour(RateKind.Received, 15)));
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, rates.PerHour(RateKind.Received, 15));
    }

    [Fact]
    public void What_was_counted_a_round_of_the_ring_ago_is_not_counted_again()
    {
        var rates = new Rates(_time);
        rates.Add([new(Stat.Deferred, 5)]);
        _time.Advance(TimeSpan.FromMinutes(15));
        rates.Add([new(Stat.Deferred, 1)]);
        Assert.Equal(60, rates.PerHour(RateKind.SoftBounced, 1));
        Assert.Equal(4, rates.PerHour(RateKind.SoftBounced, 15));
    }

    [Fact]
    public void A_count_that_begins_again_has_not_happened()
    {
        var rates = new Rates(_time);
        rates.Add([new(Stat.Received, 5)]);
        rates.Add([new(Stat.Received, -5), new(Stat.Deferred, -1)]);
        Assert.Equal((5 * 60, 0), (rates.PerHour(RateKind.Received, 1), rates.PerHour(RateKind.SoftBounced, 1)));
    }

    // Facts: sun-cisco C6: Completed Recipients = Hard Bounced + Delivered + Deleted (anything leaving the queue).
    [Fact]
    public void What_leaves_the_queue_is_completed()
    {
        var rates = new Rates(_time);
        rates.Add([new(Stat.DeliveredRecipients, 4), new(Stat.FailedRecipients, 2), new(Stat.Attempts, 1), new("MTA.QueueTime.smtp.#001", 1)]);
        rates.Add([new(Stat.Filed, 1), new(Stat.RemovedRecipients, 3)]);
        Assert.Equal((10 * 60, 2 * 60, 5 * 60), (rates.PerHour(RateKind.Completed, 1), rates.PerHour(RateKind.HardBounced, 1), rates.PerHour(RateKind.Delivered, 1)));
    }
}
