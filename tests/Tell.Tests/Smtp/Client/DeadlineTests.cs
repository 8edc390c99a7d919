using Tell.Smtp.Client;
using Tell.Tests.Simulation;

namespace Tell.Tests.Smtp.Client;

public sealed class DeadlineTests
{
    [Fact]
    public void A_deadline_that_is_kept_moving_fires_once_when_it_stops()
    {
        var time = new ManualTime();
        var expired = new List<TimeSpan>();
        using var deadline = new Deadline(time, () => expired.Add(time.Elapsed));
        for (var command = 0; command < 100; command++)
        {
            deadline.Set(TimeSpan.FromMinutes(5));
            time.Advance(TimeSpan.FromMinutes(4));
        }
        Assert.Empty(expired);
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal([TimeSpan.FromMinutes(401)], expired);
        Assert.True(deadline.Expired);
    }

    [Fact]
    public void A_shorter_deadline_fires_before_the_longer_one_that_was_armed()
    {
        var time = new ManualTime();
        using var deadline = new Deadline(time, () => { });
        deadline.Set(TimeSpan.FromMinutes(5));
        deadline.Set(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(deadline.Expired);
    }

    [Fact]
    public void A_cleared_or_disposed_deadline_never_fires()
    {
        var time = new ManualTime();
        var deadline = new Deadline(time, () => Assert.Fail("fired"));
        deadline.Set(TimeSpan.FromMinutes(1));
        deadline.Clear();
        time.Advance(TimeSpan.FromDays(1));
        deadline.Set(TimeSpan.FromMinutes(1));
        deadline.Dispose();
        deadline.Set(TimeSpan.FromMinutes(1));
        Assert.Null(time.NextTimer);
        time.Advance(TimeSpan.FromDays(1));
    }

    [Fact]
    public void A_session_that_goes_well_hardly_touches_its_timer()
    {
        var time = new CountingTime();
        using var deadline = new Deadline(time, () => { });
        for (var message = 0; message < 1000; message++)
        {
            deadline.Set(TimeSpan.FromMinutes(5));
            deadline.Set(TimeSpan.FromMinutes(2));
            deadline.Set(TimeSpan.FromMinutes(10));
            deadline.Clear();
            time.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }
        Assert.InRange(time.Armed, 1, 3);
    }

    private sealed class CountingTime : TimeProvider
    {
        public ManualTime Clock { get; } = new();

        public int Armed { get; private set; }

        public override long TimestampFrequency => Clock.TimestampFrequency;

        public override long GetTimestamp() => Clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new CountingTimer(this, Clock.CreateTimer(callback, state, dueTime, period));

        private sealed class CountingTimer(CountingTime time, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                time.Armed++;
                return timer.Change(dueTime, period);
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
