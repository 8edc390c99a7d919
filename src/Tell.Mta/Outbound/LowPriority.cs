using Tell.Mta.Configuration;

namespace Tell.Mta.Outbound;

/// <summary>When mail of low priority goes: in its hours of the day, local time (facts: lotus 7.4).</summary>
internal static class LowPriority
{
    /// <summary>That time, where it is in the hours, else the beginning of the next.</summary>
    public static DateTimeOffset Due(DateTimeOffset at, DailyWindow hours, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        if (hours.Contains(TimeOnly.FromDateTime(local.DateTime)))
            return at;
        var next = local.Date + hours.From.ToTimeSpan();
        if (next <= local.DateTime)
            next = next.AddDays(1);
        // Clocks that are set forward pass over some times of the day: the next that there is.
        while (zone.IsInvalidTime(next))
            next = next.AddMinutes(15);
        return new DateTimeOffset(next, zone.GetUtcOffset(next)).ToUniversalTime();
    }
}
