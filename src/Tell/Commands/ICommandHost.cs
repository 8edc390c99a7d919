using Tell.Mta.Configuration;
using Tell.Mta.Operations;

namespace Tell.Commands;

/// <summary>The server, or the opened data directory, behind the commands.</summary>
public interface ICommandHost
{
    /// <summary>The operations.</summary>
    Operator Operations { get; }

    /// <summary>The notes.ini.</summary>
    ConfigurationFile Configuration { get; }

    /// <summary>TELL SMTPMTA QUIT: stops the MTA; where nobody could load it again, the program ends too.</summary>
    Task QuitAsync(CancellationToken cancellation);

    /// <summary>QUIT: stops the MTA and ends the program.</summary>
    Task EndAsync(CancellationToken cancellation);
}
