using System.Globalization;
using Tell.Mta.Configuration;
using Tell.Mta.Routing.Names;

namespace Tell.Tests.Routing.Names;

/// <summary>When a Connection is open. 2 March 2026 is a Monday.</summary>
public sealed class ConnectionScheduleTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("", "", "", "2026-03-02 12:00", "2026-03-02 12:00")]
    [InlineData("08:00-18:00", "", "", "2026-03-02 12:00", "2026-03-02 12:00")]
    [InlineData("08:00-18:00", "", "", "2026-03-02 07:59", "2026-03-02 08:00")]
    [InlineData("08:00-18:00", "", "", "2026-03-02 18:00", "2026-03-03 08:00")]
    [InlineData("18:00-20:00,06:00-07:00", "", "", "2026-03-02 12:00", "2026-03-02 18:00")]
    [InlineData("18:00-20:00,06:00-07:00", "", "", "2026-03-02 20:00", "2026-03-03 06:00")]
    [InlineData("00:00-00:00", "Sun", "", "2026-03-02 12:00", "2026-03-08 00:00")]
    [InlineData("", "Mon", "", "2026-03-02 23:59", "2026-03-02 23:59")]
    [InlineData("", "Mon", "", "2026-03-03 00:00", "2026-03-09 00:00")]
    public void It_is_open_in_its_windows_on_its_days(string callAt, string days, string repeat, string now, string next) =>
        Assert.Equal(At(next, TimeZoneInfo.Utc), Schedule(callAt, days, repeat).Next(At(now, TimeZoneInfo.Utc), TimeZoneInfo.Utc));

    [Theory]
    [InlineData("22:00-06:00", "Mon", "2026-03-02 03:00", "2026-03-02 22:00")]
    [InlineData("22:00-06:00", "Mon", "2026-03-03 05:59", "2026-03-03 05:59")]
    [InlineData("22:00-06:00", "Mon", "2026-03-03 06:00", "2026-03-09 22:00")]
    public void A_window_over_midnight_belongs_to_the_day_on_which_it_begins(string callAt, string days, string now, string next) =>
        Assert.Equal(At(next, TimeZoneInfo.Utc), Schedule(callAt, days, "").Next(At(now, TimeZoneInfo.Utc), TimeZoneInfo.Utc));

    [Theory]
    [InlineData("2026-03-02 08:00", "2026-03-02 08:00")]
    [InlineData("2026-03-02 08:04", "2026-03-02 08:04")]
    [InlineData("2026-03-02 08:05", "2026-03-02 08:30")]
    [InlineData("2026-03-02 09:31", "2026-03-02 09:31")]
    [InlineData("2026-03-02 17:40", "2026-03-03 08:00")]
    public void With_a_repeat_interval_there_is_a_call_now_and_then(string now, string next) =>
        Assert.Equal(At(next, TimeZoneInfo.Utc), Schedule("08:00-18:00", "", "PT30M").Next(At(now, TimeZoneInfo.Utc), TimeZoneInfo.Utc));

    [Fact]
    public void The_next_call_of_a_night_comes_before_the_window_of_the_next_day() =>
        Assert.Equal(
            At("2026-03-03 00:30", TimeZoneInfo.Utc),
            Schedule("22:00-06:00,00:30-01:00", "", "PT3H").Next(At("2026-03-02 22:30", TimeZoneInfo.Utc), TimeZoneInfo.Utc));

    [Fact]
    public void An_hour_that_the_clock_springs_over_is_not_missed_for_ever()
    {
        // 29 March 2026, a Sunday: 02:00 becomes 03:00.
        Assert.Equal(At("2026-03-29 03:00", Berlin), Schedule("02:30-04:00", "", "").Next(At("2026-03-29 01:00", Berlin), Berlin));
        Assert.Equal(At("2026-03-30 02:15", Berlin), Schedule("02:15-02:45", "", "").Next(At("2026-03-29 01:00", Berlin), Berlin));
        Assert.Equal(At("2026-04-05 02:15", Berlin), Schedule("02:15-02:45", "Sun", "").Next(At("2026-03-29 01:00", Berlin), Berlin));
    }

    [Fact]
    public void An_hour_that_comes_twice_is_open_from_its_first_coming_on() =>
        // 25 October 2026: 03:00 becomes 02:00.
        Assert.Equal(new DateTimeOffset(2026, 10, 25, 0, 30, 0, TimeSpan.Zero), Schedule("02:30-04:00", "", "").Next(At("2026-10-25 01:00", Berlin), Berlin));

    [Fact]
    public void The_next_opening_is_open_and_never_in_the_past()
    {
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var schedule = new ConnectionSchedule
            {
                CallAt = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new DailyWindow(Time(random), Time(random)))],
                Days = [.. Enum.GetValues<DayOfWeek>().Where(_ => random.Next(3) == 0)],
                RepeatInterval = random.Next(2) == 0 ? null : TimeSpan.FromMinutes(random.Next(5, 600)),
            };
            var now = At("2026-03-02 00:00", Berlin).AddMinutes(random.Next(400 * 24 * 60));
            var next = schedule.Next(now, Berlin);
            Assert.True(next >= now, $"{schedule} at {now}: {next}");
            Assert.Equal(next, schedule.Next(next, Berlin));
        }

        static TimeOnly Time(Random random) => new(random.Next(24), random.Next(60));
    }

    [Fact]
    public void It_is_shown_as_it_is_written()
    {
        Assert.Equal("always", ConnectionSchedule.Always.ToString());
        Assert.Equal("08:00-18:00,20:00-21:00 Mon,Fri every PT30M", Schedule("08:00-18:00,20:00-21:00", "Mon,Fri", "PT30M").ToString());
    }

    private static ConnectionSchedule Schedule(string callAt, string days, string repeat)
    {
        var problems = new List<string>();
        var connection = ConnectionFields.Table.Change(
            new Connection("x"), [new("destinationDomain", "*"), new("callAt", callAt), new("days", days), new("repeatInterval", repeat)], problems);
        Assert.Empty(problems);
        return connection!.Schedule;
    }

    private static DateTimeOffset At(string text, TimeZoneInfo zone)
    {
        var local = DateTime.ParseExact(text, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}
