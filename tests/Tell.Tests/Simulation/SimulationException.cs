namespace Tell.Tests.Simulation;

/// <summary>A story that cannot go on: a deadlock, a runaway, or work that left the simulation's thread.</summary>
public sealed class SimulationException(string message) : Exception(message);
