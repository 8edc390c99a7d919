namespace Tell.Tests.Tools;

/// <summary>A test that needs a small file system of its own; skipped where this user may not mount one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TmpfsFactAttribute : FactAttribute
{
    /// <summary>A test that may take two minutes.</summary>
    public TmpfsFactAttribute()
    {
        Timeout = 120_000;
        if (!Tmpfs.MayMount)
        {
            Skip = "needs root with the right to mount a tmpfs";
        }
    }
}
