using System.Globalization;

namespace Tell.Mta.Configuration;

/// <summary>Hours of each day, local time: from the first to before the second, over midnight where the second is earlier. Equal: the whole day.</summary>
/// <param name="From">When it begins.</param>
/// <param name="To">When it ends.</param>
public readonly record struct DailyWindow(TimeOnly From, TimeOnly To)
{
    /// <summary>The whole day.</summary>
    public static DailyWindow Always { get; } = default;

    /// <summary>True where a time of day is in it.</summary>
    public bool Contains(TimeOnly time) => From == To || time.IsBetween(From, To);

    /// <summary>Reads "00:00-06:00".</summary>
    public static bool TryParse(string text, out DailyWindow window)
    {
        window = default;
        if (text.Split('-', StringSplitOptions.TrimEntries) is not [var from, var to]
            || !TimeOnly.TryParseExact(from, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var begin)
            || !TimeOnly.TryParseExact(to, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end))
            return false;
        window = new DailyWindow(begin, end);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From:HH\\:mm}-{To:HH\\:mm}");
}
