using System.Collections.Immutable;

namespace Tell.Mta.Configuration;

/// <summary>What came of reading a notes.ini.</summary>
/// <param name="Settings">The settings; null where there is an error.</param>
/// <param name="Problems">Every error and warning, in the order of the lines.</param>
public sealed record NotesIniReading(MtaSettings? Settings, ImmutableArray<SettingProblem> Problems);
