using Tell.Mta.Configuration;

namespace Tell.Mta.Operations;

/// <summary>What a re-reading of the configuration found.</summary>
/// <param name="Changed">True where new settings are in force.</param>
/// <param name="Problems">What is wrong with the file; with an error among them the old settings stay.</param>
public sealed record RefreshResult(bool Changed, IReadOnlyList<SettingProblem> Problems);
