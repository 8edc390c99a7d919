namespace Tell.Mta.Outbound;

/// <summary>What went wrong last with a destination.</summary>
/// <param name="Time">When.</param>
/// <param name="Host">The host; null where none was found.</param>
/// <param name="Text">What it said, or what happened; one line.</param>
public sealed record HostFailure(DateTimeOffset Time, string? Host, string Text);
