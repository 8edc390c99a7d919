namespace Tell.Mta.Operations;

/// <summary>What PROCESS_HELD did.</summary>
/// <param name="Released">How many documents run through routing again.</param>
/// <param name="StillHeld">How many documents stay, by the users who are still on hold, by name.</param>
public sealed record HoldRelease(long Released, IReadOnlyDictionary<string, long> StillHeld);
