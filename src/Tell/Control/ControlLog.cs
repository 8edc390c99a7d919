using Microsoft.Extensions.Logging;

namespace Tell.Control;

/// <summary>The log events of this room.</summary>
internal static partial class ControlLog
{
    /// <summary>No client could be taken.</summary>
    [LoggerMessage(8001, LogLevel.Warning, "The console's socket took no client")]
    public static partial void AcceptFailed(ILogger logger, Exception problem);

    /// <summary>A client went away.</summary>
    [LoggerMessage(8002, LogLevel.Debug, "A console client went away: {Reason}")]
    public static partial void ClientLost(ILogger logger, string reason);
}
