using Tell.Mta.Configuration;

namespace Tell.Mta.Operations;

/// <summary>What a re-reading of the configuration found.</summary>
/// <param name="Changes">The settings that are new in force.</param>
/// <param name="Problems">What is wrong with the file; with an error among them the old settings stay.</param>
public sealed record RefreshResult(IReadOnlyList<Setting> Changes, IReadOnlyList<SettingProblem> Problems)
{
    /// <summary>Which certificates cannot be used, and why; those that were good before stay in use.</summary>
    public IReadOnlyList<string> Certificates { get; init; } = [];

    /// <summary>Which files of SMTPMTA_ReportTemplates cannot be used, and why.</summary>
    public IReadOnlyList<string> Templates { get; init; } = [];

    /// <summary>True where new settings are in force.</summary>
    public bool Changed => Changes.Count > 0;
}
