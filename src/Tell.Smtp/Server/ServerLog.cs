using System.Net;
using Microsoft.Extensions.Logging;
using Tell.Smtp.Tls;

namespace Tell.Smtp.Server;

/// <summary>The events of a server session; one method an event, ids 2000 to 2099.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(2000, LogLevel.Debug, "{Session}: connection from {Client} at {Listener}")]
    public static partial void Opened(ILogger log, string session, IPEndPoint client, IPEndPoint listener);

    [LoggerMessage(2001, LogLevel.Debug, "{Session}: ended ({End}) after {Commands} commands, {Messages} messages, {Octets} octets, {Errors} errors")]
    public static partial void Closed(ILogger log, string session, SessionEnd end, int commands, int messages, long octets, int errors);

    [LoggerMessage(2002, LogLevel.Debug, "{Session}: refused: {Reply}")]
    public static partial void Refused(ILogger log, string session, string reply);

    [LoggerMessage(2003, LogLevel.Error, "{Session}: {What} failed; the client was told to try again later")]
    public static partial void ReceiverFailed(ILogger log, Exception cause, string session, string what);

    [LoggerMessage(2004, LogLevel.Error, "{Session}: {What} gave the reply {Reply}, which is not one it may give; the client was told to try again later")]
    public static partial void ReceiverNonsense(ILogger log, string session, string what, string reply);

    [LoggerMessage(2005, LogLevel.Debug, "{Session}: connection lost: {Reason}")]
    public static partial void Lost(ILogger log, string session, string reason);

    [LoggerMessage(2006, LogLevel.Debug, "{Session}: {Tls}; the client asked for {ServerName}")]
    public static partial void Secured(ILogger log, string session, TlsFacts tls, string serverName);

    [LoggerMessage(2007, LogLevel.Information, "{Session}: no TLS with {Client}: {Reason}")]
    public static partial void HandshakeFailed(ILogger log, string session, IPEndPoint client, string reason);

    [LoggerMessage(2022, LogLevel.Debug, "{Session}: {Proxy} speaks for {Client}")]
    public static partial void Relayed(ILogger log, string session, IPEndPoint proxy, IPEndPoint client);

    [LoggerMessage(2023, LogLevel.Information, "{Session}: {Client} sent no PROXY header, which is required here; closed")]
    public static partial void NoHeader(ILogger log, string session, IPEndPoint client);

    [LoggerMessage(2020, LogLevel.Debug, "{Session}: {User} authenticated by {Mechanism}")]
    public static partial void Authenticated(ILogger log, string session, string user, string mechanism);

    // Without the name: some type their password there.
    [LoggerMessage(2021, LogLevel.Information, "{Session}: {Client} failed to authenticate by {Mechanism}")]
    public static partial void NotAuthenticated(ILogger log, string session, IPEndPoint client, string mechanism);
}
