namespace Tell.Mta.Configuration;

/// <summary>What is wrong with a configuration, and where.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Line">The line, from 1; 0 where it is the whole file.</param>
/// <param name="IsError">True where the configuration cannot be used because of it; false for a warning.</param>
/// <param name="Reason">One line.</param>
public sealed record SettingProblem(string File, int Line, bool IsError, string Reason)
{
    /// <summary>"notes.ini:12: SMTPMTA_Listen: "foo" is not address:port".</summary>
    public override string ToString() => (Line > 0 ? $"{File}:{Line}: " : $"{File}: ") + (IsError ? "" : "warning: ") + Reason;
}
