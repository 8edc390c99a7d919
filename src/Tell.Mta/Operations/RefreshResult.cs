using Tell.Mta.Configuration;

namespace Tell.Mta.Operations;

/// <summary>What a re-reading of the configuration found.</summary>
/// <param name="Changes">The settings that are new in force.</param>
/// <param name="Problems">What is wrong with the file; with an error among them the old settings stay.</param>
public sealed record RefreshResult(IReadOnlyList<Setting> Changes, IReadOnlyList<SettingProblem> Problems)
{
    /// <summary>True where new settings are in force.</summary>
    public bool Changed => Changes.Count > 0;
}
