using Tell.Mta.Configuration;
using Tell.Mta.Outbound;

namespace Tell.Tests.Outbound;

/// <summary>The hours of low priority.</summary>
public sealed class LowPriorityTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("00:00-06:00", "2026-02-02T02:00:00Z", "2026-02-02T02:00:00Z")]
    [InlineData("00:00-06:00", "2026-02-02T05:00:00Z", "2026-02-02T23:00:00Z")]
    [InlineData("00:00-06:00", "2026-02-02T22:59:00Z", "2026-02-02T23:00:00Z")]
    [InlineData("22:00-02:00", "2026-02-02T20:00:00Z", "2026-02-02T21:00:00Z")]
    [InlineData("22:00-02:00", "2026-02-02T23:30:00Z", "2026-02-02T23:30:00Z")]
    [InlineData("00:00-00:00", "2026-02-02T12:00:00Z", "2026-02-02T12:00:00Z")]
    // The clocks of 29 March pass over 2 to 3 o'clock, and those of 25 October say it twice.
    [InlineData("02:30-04:00", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("06:00-08:00", "2026-10-24T12:00:00Z", "2026-10-25T05:00:00Z")]
    public void It_goes_in_its_hours_or_at_the_beginning_of_the_next_by_local_time(string hours, string now, string due)
    {
        Assert.True(DailyWindow.TryParse(hours, out var window));
        Assert.Equal(DateTimeOffset.Parse(due), LowPriority.Due(DateTimeOffset.Parse(now), window, Berlin));
    }
}
