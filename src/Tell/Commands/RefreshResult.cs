using Tell.Mta.Configuration;

namespace Tell.Commands;

/// <summary>What came of reading the configuration again.</summary>
/// <param name="Changed">The names of the settings that changed.</param>
/// <param name="Problems">Errors and warnings; with an error nothing changed.</param>
public sealed record RefreshResult(IReadOnlyList<string> Changed, IReadOnlyList<SettingProblem> Problems);
