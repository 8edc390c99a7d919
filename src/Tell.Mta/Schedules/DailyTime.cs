namespace Tell.Mta.Schedules;

/// <summary>Finds the moment of a local time of day.</summary>
internal static class DailyTime
{
    /// <summary>
    /// The first moment after <paramref name="now"/> at which clocks of the zone show that time. Where the clocks skip it, the moment
    /// they are put forward to; where they show it twice, the first.
    /// </summary>
    public static DateTimeOffset After(DateTimeOffset now, TimeOnly at, TimeZoneInfo zone)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        // One day back: a zone west of its own midnight shift could otherwise lose a run.
        for (var i = -1; ; i++)
        {
            var moment = On(day.AddDays(i), at, zone);
            if (moment > now)
                return moment;
        }
    }

    private static DateTimeOffset On(DateOnly day, TimeOnly at, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(at, DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }
}
