using System.IO.Pipelines;

namespace Tell.Tests.Simulation;

/// <summary>Keeps the continuations of a pipe on the simulation's thread.</summary>
internal sealed class SimulationScheduler(SynchronizationContext context) : PipeScheduler
{
    public override void Schedule(Action<object?> action, object? state) => context.Post(action.Invoke, state);
}
