namespace Tell.Tests.Tools;

/// <summary>A test against a whole mail server, which needs root to drop its privileges; else as <see cref="ToolFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerFactAttribute : FactAttribute
{
    /// <summary>A test that needs these programs.</summary>
    public PeerFactAttribute(params string[] tools)
    {
        var tool = new ToolFactAttribute(tools);
        Timeout = tool.Timeout;
        Skip = tool.Skip ?? (Environment.IsPrivilegedProcess ? null : "needs root, as which mail servers start");
    }
}
