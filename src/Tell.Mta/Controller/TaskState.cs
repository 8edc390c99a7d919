namespace Tell.Mta.Controller;

/// <summary>How a task stands.</summary>
public enum TaskState : byte
{
    /// <summary>Not running.</summary>
    Stopped,

    /// <summary>Running.</summary>
    Running,

    /// <summary>On its way down.</summary>
    Stopping,

    /// <summary>It failed and waits to be started again.</summary>
    Restarting,
}
