namespace Tell.Documents;

/// <summary>The waiting documents of one destination.</summary>
/// <param name="Destination">The destination.</param>
/// <param name="EarliestDue">When the first of them can be taken.</param>
public readonly record struct Lane(string Destination, DateTimeOffset EarliestDue);
