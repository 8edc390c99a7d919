using Tell.Commands;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;

namespace Tell.Hosting;

/// <summary>An MTA behind the commands.</summary>
/// <param name="operations">Its operations.</param>
/// <param name="configuration">Its notes.ini.</param>
/// <param name="end">Ends the program; for others than the terminal it completes when the MTA is down and its stores are closed.</param>
/// <param name="quitEnds">True where TELL SMTPMTA QUIT ends the program: where no console is left that could load the MTA again.</param>
internal sealed class MtaHost(Operator operations, ConfigurationFile configuration, Func<CancellationToken, Task> end, bool quitEnds) : ICommandHost
{
    /// <inheritdoc/>
    public Operator Operations => operations;

    /// <inheritdoc/>
    public ConfigurationFile Configuration => configuration;

    /// <inheritdoc/>
    public Task QuitAsync(CancellationToken cancellation) => quitEnds ? end(cancellation) : operations.QuitAsync(cancellation);

    /// <inheritdoc/>
    public Task EndAsync(CancellationToken cancellation) => end(cancellation);
}
