namespace Tell.Documents;

/// <summary>A statistic and by how much it changes.</summary>
/// <param name="Name">The full name, Facility.Statname.</param>
/// <param name="Delta">Added to the value.</param>
public readonly record struct CounterChange(string Name, long Delta);
