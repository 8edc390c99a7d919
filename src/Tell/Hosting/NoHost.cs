using Tell.Commands;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;

namespace Tell.Hosting;

/// <summary>Behind the table of a client, which only looks commands up and runs those that need nothing.</summary>
internal sealed class NoHost(ConfigurationFile configuration) : ICommandHost
{
    /// <inheritdoc/>
    public Operator Operations => throw new InvalidOperationException("A client has no MTA.");

    /// <inheritdoc/>
    public ConfigurationFile Configuration => configuration;

    /// <inheritdoc/>
    public Task QuitAsync(CancellationToken cancellation) => throw new InvalidOperationException("A client has no MTA.");

    /// <inheritdoc/>
    public Task EndAsync(CancellationToken cancellation) => throw new InvalidOperationException("A client has no MTA.");
}
