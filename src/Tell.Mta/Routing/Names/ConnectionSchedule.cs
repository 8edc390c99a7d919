using System.Collections.Immutable;
using System.Diagnostics;
using System.Xml;
using Tell.Mta.Configuration;

namespace Tell.Mta.Routing.Names;

/// <summary>
/// The schedule of a Connection (facts: lotus 5.3): windows of some days of the week, local time, and in them either all the time or a call
/// now and then. A window that ends after midnight belongs to the day on which it begins. Pure.
/// </summary>
public sealed record ConnectionSchedule
{
    /// <summary>How long a call lasts where <see cref="RepeatInterval"/> is set; Tell's own.</summary>
    public static readonly TimeSpan CallLength = TimeSpan.FromMinutes(5);

    /// <summary>Always open.</summary>
    public static ConnectionSchedule Always { get; } = new();

    /// <summary>The windows of a day ("Call at"); empty for the whole day.</summary>
    public ImmutableArray<DailyWindow> CallAt { get; init; } = [];

    /// <summary>The days of the week; empty for all.</summary>
    public ImmutableArray<DayOfWeek> Days { get; init; } = [];

    /// <summary>From the beginning of one call to that of the next, the first at the beginning of the window; null for the whole window.</summary>
    public TimeSpan? RepeatInterval { get; init; }

    /// <summary>The first moment from <paramref name="now"/> on at which it is open: <paramref name="now"/> itself where it is.</summary>
    public DateTimeOffset Next(DateTimeOffset now, TimeZoneInfo zone)
    {
        if (CallAt.IsEmpty && Days.IsEmpty && RepeatInterval is null)
            return now;
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        DateTimeOffset? best = null;
        // Yesterday's window may reach into today. A window can be missing from one day, the one on which the clock springs over it, so that a
        // schedule of a single day may need a second week.
        for (var day = today.AddDays(-1); day <= today.AddDays(15); day = day.AddDays(1))
        {
            if (!Days.IsEmpty && !Days.Contains(day.DayOfWeek))
                continue;
            foreach (var window in CallAt.IsEmpty ? [DailyWindow.Always] : CallAt)
            {
                var (from, to) = Span(day, window, zone);
                if (NextIn(from, to, now) is { } next && (best is null || next < best))
                    best = next;
            }
            // A window of today may have its next call after midnight, so tomorrow is looked at in any case; later days cannot be earlier.
            if (best is not null && day > today)
                break;
        }
        return best ?? throw new UnreachableException("A schedule has a window in each fortnight.");
    }

    /// <summary>As people write it: "08:00-18:00 Mon,Tue every PT30M", or "always".</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        if (!CallAt.IsEmpty)
            parts.Add(string.Join(',', CallAt));
        if (!Days.IsEmpty)
            parts.Add(string.Join(',', Days.Select(day => day.ToString()[..3])));
        if (RepeatInterval is { } interval)
            parts.Add($"every {XmlConvert.ToString(interval)}");
        return parts.Count > 0 ? string.Join(' ', parts) : "always";
    }

    private static (DateTimeOffset From, DateTimeOffset To) Span(DateOnly day, DailyWindow window, TimeZoneInfo zone)
    {
        var whole = window.From == window.To;
        var end = whole || window.To < window.From ? day.AddDays(1) : day;
        return (Moment(day, whole ? TimeOnly.MinValue : window.From, zone), Moment(end, whole ? TimeOnly.MinValue : window.To, zone));
    }

    // A local time that the clock springs over is that at which it lands; one that comes twice is the first of the two.
    private static DateTimeOffset Moment(DateOnly day, TimeOnly time, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(time);
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }

    private DateTimeOffset? NextIn(DateTimeOffset from, DateTimeOffset to, DateTimeOffset now)
    {
        if (now >= to || from >= to)
            return null;
        if (now < from)
            return from;
        if (RepeatInterval is not { } interval)
            return now;
        var call = from + (now - from).Ticks / interval.Ticks * interval;
        if (now < call + CallLength)
            return now;
        var next = call + interval;
        return next < to ? next : null;
    }
}
