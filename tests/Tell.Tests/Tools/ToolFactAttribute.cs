namespace Tell.Tests.Tools;

/// <summary>A test that drives outside programs; skipped with a reason where one is missing. Such tests always have a time limit.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolFactAttribute : FactAttribute
{
    /// <summary>A test that needs these programs.</summary>
    public ToolFactAttribute(params string[] tools)
    {
        Timeout = 120_000;
        var missing = tools.Where(tool => Tool.Find(tool) is null).ToList();
        if (missing.Count > 0)
        {
            Skip = "needs " + string.Join(", ", missing.Select(tool => $"{tool} (Debian package {Tool.PackageOf(tool)})"));
        }
    }
}
