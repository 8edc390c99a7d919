using Microsoft.Extensions.Logging;
using Tell.Documents;

namespace Tell.Mta.Outbound;

/// <summary>The server log lines of outbound transport.</summary>
internal static partial class OutboundLog
{
    [LoggerMessage(1301, LogLevel.Warning, "{Destination}: down: {Reason}; tried again at {RetryAt:u}")]
    public static partial void Down(ILogger log, string destination, string reason, DateTimeOffset retryAt);

    [LoggerMessage(1302, LogLevel.Information, "{Destination}: up")]
    public static partial void Up(ILogger log, string destination);

    [LoggerMessage(1303, LogLevel.Error, "document {Unid}: what its transmission found cannot be stored yet; trying again")]
    public static partial void Unsettled(ILogger log, StoreException fault, Unid unid);

    [LoggerMessage(1304, LogLevel.Error, "{Destination}: a session failed with document {Unid}")]
    public static partial void SessionFailed(ILogger log, Exception fault, string destination, Unid unid);

    [LoggerMessage(1305, LogLevel.Debug, "{Destination}: session with {Host} ({Address}) open")]
    public static partial void Opened(ILogger log, string destination, string host, string address);

    [LoggerMessage(1306, LogLevel.Debug, "{Destination}: no more than {Sessions} sessions for now: {Reason}")]
    public static partial void Narrowed(ILogger log, string destination, int sessions, string reason);

    [LoggerMessage(1307, LogLevel.Warning, "document {Unid}: its lease was lost before it could be settled; whoever took it next decides")]
    public static partial void LeaseLost(ILogger log, Unid unid);

    [LoggerMessage(1308, LogLevel.Error, "{Destination}: failed for now; looking again in a moment")]
    public static partial void Stumbled(ILogger log, Exception fault, string destination);

    [LoggerMessage(1309, LogLevel.Information, "{Destination}: too many failures to {Hosts}; skipping")]
    public static partial void Skipping(ILogger log, string destination, string hosts);
}
