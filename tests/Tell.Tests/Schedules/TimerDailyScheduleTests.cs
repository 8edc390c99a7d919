using Microsoft.Extensions.Logging.Abstractions;
using Tell.Mta.Schedules;

namespace Tell.Tests.Schedules;

public sealed class TimerDailyScheduleTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private readonly List<string> _runs = [];

    private static DateTimeOffset Local(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private Task Note(ManualClock clock)
    {
        _runs.Add(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), clock.LocalTimeZone).ToString("MM-dd HH:mm zzz", System.Globalization.CultureInfo.InvariantCulture));
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Five_days_have_five_nights()
    {
        // Without a context everything runs on this thread, as in the simulator.
        SynchronizationContext.SetSynchronizationContext(null);
        var clock = new ManualClock(Local("2026-01-01T12:00+01:00"), Berlin);
        await using var schedule = new TimerDailySchedule(clock, NullLoggerFactory.Instance);
        await schedule.StartAsync(new TimeOnly(1, 0), _ => Note(clock), default);
        Assert.Equal(Local("2026-01-02T01:00+01:00"), schedule.Next);
        clock.Advance(TimeSpan.FromDays(5));
        Assert.Equal(["01-02 01:00 +01:00", "01-03 01:00 +01:00", "01-04 01:00 +01:00", "01-05 01:00 +01:00", "01-06 01:00 +01:00"], _runs);
    }

    [Fact]
    public async Task Days_on_which_the_clocks_change_have_one_run()
    {
        // Without a context everything runs on this thread, as in the simulator.
        SynchronizationContext.SetSynchronizationContext(null);
        var clock = new ManualClock(Local("2026-03-28T12:00+01:00"), Berlin);
        await using var schedule = new TimerDailySchedule(clock, NullLoggerFactory.Instance);
        await schedule.StartAsync(new TimeOnly(2, 30), _ => Note(clock), default);
        clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(["03-29 03:00 +02:00", "03-30 02:30 +02:00"], _runs);

        _runs.Clear();
        clock.Advance(Local("2026-10-24T12:00+02:00") - clock.GetUtcNow());
        _runs.Clear();
        clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(["10-25 02:30 +02:00", "10-26 02:30 +01:00"], _runs);
    }

    [Fact]
    public async Task Started_again_it_takes_the_new_time_and_stopped_it_runs_no_more()
    {
        // Without a context everything runs on this thread, as in the simulator.
        SynchronizationContext.SetSynchronizationContext(null);
        var clock = new ManualClock(Local("2026-01-01T12:00+01:00"), Berlin);
        await using var schedule = new TimerDailySchedule(clock, NullLoggerFactory.Instance);
        await schedule.StartAsync(new TimeOnly(13, 0), _ => Note(clock), default);
        await schedule.StartAsync(new TimeOnly(14, 0), _ => Note(clock), default);
        clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(["01-01 14:00 +01:00"], _runs);
        await schedule.StopAsync(default);
        Assert.Null(schedule.Next);
        clock.Advance(TimeSpan.FromDays(3));
        Assert.Single(_runs);
        await schedule.StartAsync(new TimeOnly(16, 0), _ => Note(clock), default);
        clock.Advance(TimeSpan.FromHours(12));
        Assert.Equal(2, _runs.Count);
    }

    [Fact]
    public async Task A_job_that_fails_runs_again_the_next_day()
    {
        // Without a context everything runs on this thread, as in the simulator.
        SynchronizationContext.SetSynchronizationContext(null);
        var clock = new ManualClock(Local("2026-01-01T12:00+01:00"), Berlin);
        await using var schedule = new TimerDailySchedule(clock, NullLoggerFactory.Instance);
        var runs = 0;
        await schedule.StartAsync(new TimeOnly(1, 0), _ => ++runs == 1 ? throw new IOException("disk") : Task.CompletedTask, default);
        clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task A_job_may_change_its_own_time_and_disposing_cancels_a_running_one()
    {
        // Without a context everything runs on this thread, as in the simulator.
        SynchronizationContext.SetSynchronizationContext(null);
        var clock = new ManualClock(Local("2026-01-01T12:00+01:00"), Berlin);
        var schedule = new TimerDailySchedule(clock, NullLoggerFactory.Instance);
        var cancelled = false;
        await schedule.StartAsync(new TimeOnly(13, 0), async _ => await schedule.StartAsync(new TimeOnly(14, 0), async cancellation =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellation);
            }
            finally
            {
                cancelled = true;
            }
        }, default), default);
        clock.Advance(TimeSpan.FromHours(2.5));
        Assert.False(cancelled);
        await schedule.DisposeAsync();
        Assert.True(cancelled);
        await schedule.DisposeAsync();
    }
}
