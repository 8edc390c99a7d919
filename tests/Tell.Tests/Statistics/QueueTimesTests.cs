using Tell.Mta.Statistics;

namespace Tell.Tests.Statistics;

public sealed class QueueTimesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(999)]
    [InlineData(61_000)]
    [InlineData(3_600_000)]
    [InlineData(5L * 24 * 3600 * 1000)]
    public void A_percentile_is_known_to_within_a_tenth(long milliseconds)
    {
        var counters = new Dictionary<string, long> { [QueueTimes.CounterOf(Channels.Smtp, milliseconds)] = 3 };
        Assert.InRange(QueueTimes.Percentile(Channels.Smtp, 0.5, counters), milliseconds * 0.9, milliseconds * 1.1);
    }

    [Fact]
    public void Percentiles_of_many_times_are_known_to_within_a_tenth()
    {
        var random = new Random(5);
        var times = Enumerable.Range(0, 10_000).Select(_ => (long)Math.Exp(random.NextDouble() * 18)).ToArray();
        var counters = new Dictionary<string, long>();
        foreach (var time in times)
        {
            var name = QueueTimes.CounterOf(Channels.Local, time);
            counters[name] = counters.GetValueOrDefault(name) + 1;
        }
        Array.Sort(times);
        foreach (var part in (double[])[0.5, 0.9, 0.99])
        {
            var exact = times[(int)Math.Ceiling(part * times.Length) - 1];
            Assert.InRange(QueueTimes.Percentile(Channels.Local, part, counters), exact * 0.9, exact * 1.1);
        }
        Assert.Equal(10_000, QueueTimes.Count(Channels.Local, counters));
        Assert.Equal(0, QueueTimes.Count(Channels.Smtp, counters));
    }

    [Fact]
    public void Nothing_and_no_time_at_all_are_zero()
    {
        Assert.Equal(0, QueueTimes.Percentile(Channels.Smtp, 0.9, new Dictionary<string, long>()));
        Assert.Equal(0, QueueTimes.Percentile(Channels.Smtp, 0.9, new Dictionary<string, long> { [QueueTimes.CounterOf(Channels.Smtp, 0)] = 1 }));
    }
}
