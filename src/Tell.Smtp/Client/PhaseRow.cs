namespace Tell.Smtp.Client;

/// <summary>One phase of a client session: its name in histories, its time limit, and the words for its running out.</summary>
internal sealed record PhaseRow(SessionPhase Phase, string Words, string Silence, Func<ClientOptions, TimeSpan> Limit);
