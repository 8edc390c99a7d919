using Tell.Mta.Outbound;

namespace Tell.Tests.Outbound;

public sealed class SpareSessionsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(5, 20, 5, 0, 5)]
    [InlineData(5, 20, 5, 1, 6)]
    [InlineData(5, 20, 5, 5, 6)]
    [InlineData(5, 20, 7, 5, 8)]
    [InlineData(5, 20, 10, 5, 10)]
    [InlineData(5, 6, 6, 5, 6)]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(5, 20, 2, 2, 5)]
    public void One_more_is_allowed_for_each_that_stalls_as_far_as_the_limit_goes(int bears, int limit, int open, int stalled, int most) =>
        Assert.Equal(most, new SpareSessions().Most(bears, limit, open, stalled, Start));

    [Fact]
    public void Each_waits_twice_as_long_as_the_one_before_until_the_peer_has_answered()
    {
        var (spare, now) = (new SpareSessions(), Start);
        List<double> pauses = [];
        for (var open = 1; open < 9; open++)
        {
            spare.Opened(now);
            pauses.Add((spare.Next - now).TotalSeconds);
            Assert.Equal(open, spare.Most(1, 20, open, open, spare.Next - TimeSpan.FromTicks(1)));
            now = spare.Next;
            Assert.Equal(open + 1, spare.Most(1, 20, open, open, now));
        }
        Assert.Equal([15, 30, 60, 120, 240, 240, 240, 240], pauses);
        spare.Reset();
        Assert.Equal(4, spare.Most(1, 20, 3, 3, Start));
    }
}
