namespace Tell.Tests.Routing.Dns;

/// <summary>A test against the authoritative name server nsd; skipped with a reason where the machine has none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NsdFactAttribute : FactAttribute
{
    public NsdFactAttribute()
    {
        Timeout = 60_000;
        if (Program is null)
            Skip = "needs nsd (Debian package nsd)";
    }

    /// <summary>The full path of nsd; null where there is none.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Append("/usr/sbin")
        .Where(folder => folder.Length > 0)
        .Select(folder => Path.Combine(folder, "nsd"))
        .FirstOrDefault(File.Exists);
}
