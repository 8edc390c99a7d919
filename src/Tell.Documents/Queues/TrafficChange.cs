namespace Tell.Documents;

/// <summary>What happened on a channel or to mail for a destination.</summary>
/// <param name="Kind">What it is an account of.</param>
/// <param name="Name">The channel or destination.</param>
/// <param name="Delta">Added to the account, field by field.</param>
public readonly record struct TrafficChange(TrafficKind Kind, string Name, Traffic Delta);
