namespace Tell.Commands;

/// <summary>One line of SHOW TASKS.</summary>
/// <param name="Name">The console name: "SMTPMTA drt".</param>
/// <param name="Description">What it does now.</param>
public sealed record TaskLine(string Name, string Description);
