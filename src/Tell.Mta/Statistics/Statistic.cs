namespace Tell.Mta.Statistics;

/// <summary>A line of SHOW STAT.</summary>
/// <param name="Name">Facility.Statname.</param>
/// <param name="Value">The value.</param>
public readonly record struct Statistic(string Name, long Value);
