namespace Tell.Tests.Tools;

/// <summary>A test that runs the tell program itself, and has a time limit because a process can hang.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProcessFactAttribute : FactAttribute
{
    /// <summary>A test that may take two minutes.</summary>
    public ProcessFactAttribute() => Timeout = 120_000;
}
