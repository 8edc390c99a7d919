using Microsoft.Extensions.Logging.Abstractions;
using Tell.Mta.Schedules;

namespace Tell.Tests.Schedules;

public sealed class QuartzDailyScheduleTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>The machine's clock, put so that it is about to be 01:00.</summary>
    private sealed class ShiftedTime(TimeSpan before) : TimeProvider
    {
        private readonly TimeSpan _shift = new DateTimeOffset(2026, 1, 2, 1, 0, 0, TimeSpan.Zero) - before - System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _shift;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }

    [Fact]
    public async Task It_runs_the_job_at_the_hour_and_then_the_next_day()
    {
        var time = new ShiftedTime(TimeSpan.FromSeconds(0.7));
        await using var schedule = new QuartzDailySchedule("one", time, NullLoggerFactory.Instance);
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await schedule.StartAsync(new TimeOnly(1, 0), _ => Task.FromResult(ran.TrySetResult()), default);
        await ran.Task.WaitAsync(Limit);
        Assert.Equal(new DateTimeOffset(2026, 1, 3, 1, 0, 0, TimeSpan.Zero), schedule.Next);
    }

    [Fact]
    public async Task It_is_rescheduled_and_stopped_and_two_do_not_mix()
    {
        var time = new ShiftedTime(TimeSpan.FromHours(1));
        await using var one = new QuartzDailySchedule("one", time, NullLoggerFactory.Instance);
        await using var two = new QuartzDailySchedule("two", time, NullLoggerFactory.Instance);
        await one.StartAsync(new TimeOnly(1, 0), _ => Task.CompletedTask, default);
        await two.StartAsync(new TimeOnly(3, 0), _ => Task.CompletedTask, default);
        await one.StartAsync(new TimeOnly(2, 0), _ => Task.CompletedTask, default);
        Assert.Equal(2, one.Next!.Value.Hour);
        Assert.Equal(3, two.Next!.Value.Hour);
        await one.StopAsync(default);
        Assert.Null(one.Next);
        await one.StartAsync(new TimeOnly(4, 0), _ => Task.CompletedTask, default);
        Assert.Equal(4, one.Next!.Value.Hour);
    }

    [Fact]
    public async Task Disposing_cancels_a_running_job_and_waits_for_its_end()
    {
        var schedule = new QuartzDailySchedule("three", new ShiftedTime(TimeSpan.FromSeconds(0.7)), NullLoggerFactory.Instance);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = false;
        await schedule.StartAsync(new TimeOnly(1, 0), async cancellation =>
        {
            begun.SetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            }
            finally
            {
                ended = true;
            }
        }, default);
        await begun.Task.WaitAsync(Limit);
        await schedule.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.True(ended);
    }
}
