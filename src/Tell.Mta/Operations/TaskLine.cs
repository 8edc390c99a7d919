namespace Tell.Mta.Operations;

/// <summary>A line of SHOW TASKS.</summary>
/// <param name="Task">The console name.</param>
/// <param name="Description">What it is doing.</param>
public readonly record struct TaskLine(string Task, string Description);
