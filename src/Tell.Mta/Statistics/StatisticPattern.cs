using System.IO.Enumeration;

namespace Tell.Mta.Statistics;

/// <summary>Which statistics are meant: one by its name, a facility ("MTA", "MTA.Channel.smtp") with all that lies below it, a pattern with "*", or all (null, "", "*").</summary>
internal readonly record struct StatisticPattern(string? Text)
{
    /// <summary>True where a name without "*" means that one statistic and none below it.</summary>
    public bool IsExact { get; init; }

    /// <summary>True where all are meant.</summary>
    public bool IsAll => Text is null or "" or "*";

    /// <summary>True where it means that statistic.</summary>
    public bool Fits(string name)
    {
        if (IsAll)
            return true;
        if (Text!.Contains('*', StringComparison.Ordinal))
            return FileSystemName.MatchesSimpleExpression(Text, name);
        return name.Equals(Text, StringComparison.OrdinalIgnoreCase) || !IsExact && name.StartsWith(Text + ".", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>True where its own text is, or goes on below, that facility.</summary>
    public bool BeginsWith(string facility) => Text is not null && Text.StartsWith(facility, StringComparison.OrdinalIgnoreCase)
        && (Text.Length == facility.Length || Text[facility.Length] is '.' or '*');

    /// <summary>False where it can mean nothing below that facility.</summary>
    public bool MayBeBelow(string facility)
    {
        if (IsAll)
            return true;
        var star = Text!.IndexOf('*', StringComparison.Ordinal);
        var text = star < 0 ? Text : Text[..star];
        var length = Math.Min(text.Length, facility.Length);
        return text.AsSpan(0, length).Equals(facility.AsSpan(0, length), StringComparison.OrdinalIgnoreCase);
    }
}
