using System.Net;
using Microsoft.Extensions.Logging;
using Tell.Mta.Configuration;
using Tell.Mta.Statistics;
using Tell.Smtp;
using Tell.Smtp.Network;
using Tell.Smtp.Server;
using Tell.Smtp.Tls;

namespace Tell.Mta.Inbound;

/// <summary>
/// SMTPMTA iseshlr: one connection from its first octet to its last. Who is turned away is so before anything is made for a session of it.
/// </summary>
internal sealed partial class SessionHandler(InboundServices services)
{
    private static readonly Reply Full = Reply.Of(421, "4.3.2", "Too many sessions; try again later");

    private long _number;

    /// <summary>Holds the session, or turns the connection away; closes it in either case. Only we stopping, or a fault of ours, is an exception.</summary>
    public async ValueTask HandleAsync(IConnection connection, ListenerRole role, CancellationToken stop)
    {
        var context = services.Context;
        var settings = context.Settings;
        var peer = connection.Remote.Address;
        using var admission = new Admission(services, peer.IsIn(settings.XclientFrom) || peer.IsIn(settings.ProxyFrom));
        var refusal = context.Gauges.InboundSessions > settings.MaxSessions ? Full : admission.Enter(peer);
        if (refusal is not null)
        {
            context.Gauges.Add(Stat.ConnectionsRefused);
            // Over TLS from the first octet there is nobody to read plain words.
            if (role != ListenerRole.SubmissionTls)
                await ServerSession.RefuseAsync(connection, refusal, stop);
            return;
        }
        using var loop = settings.LoopCheck ? context.LoopTokens.Begin() : null;
        var options = Options(settings, role, peer, loop?.Word);
        // The files of the certificates may have become bad since the listener was asked for: nothing is said in the clear where TLS comes first.
        if (role == ListenerRole.SubmissionTls && options.Tls is null)
        {
            context.Gauges.Add(Stat.ConnectionsRefused);
            return;
        }
        context.Gauges.Add(Stat.Connections);
        context.Gauges.Add(Door.InAssociationsOf(role == ListenerRole.Mx ? Channels.Smtp : Channels.Submission));
        context.OwnAddresses.Reached(connection.Local.Address);
        var facts = new SessionFacts($"S{Interlocked.Increment(ref _number):X8}", connection.Remote, connection.Local);
        var intake = new SessionIntake(services, admission);
        IMailReceiver receiver = role == ListenerRole.Mx ? new MxReceiver(services, intake) : new SubmissionReceiver(services, intake);
        var session = new ServerSession(connection, options, receiver, facts, context.Time, services.Log);
        await session.RunAsync(stop);
    }

    private ServerOptions Options(MtaSettings settings, ListenerRole role, IPAddress peer, string? loop)
    {
        var submission = role != ListenerRole.Mx;
        return new ServerOptions
        {
            HostName = settings.HostName,
            MaxMessageSize = settings.MaxMessageSize,
            MaxRecipients = settings.MaxRecipients,
            MaxErrors = settings.MaxErrors,
            MaxMessages = settings.MaxMessagesPerSession,
            MaxHeaderSize = settings.MaxHeaderSize,
            MinDataRate = settings.MinDataRate,
            IdleTimeout = settings.IdleTimeout,
            BareNewlines = settings.BareNewlines,
            Tls = services.Certificates.Current is { } certificates
                ? new ServerTls(services.Context.Tls, new TlsServerOptions { Certificates = certificates }) { Implicit = role == ListenerRole.SubmissionTls }
                : null,
            // Other MTAs have no business with our passwords: what is not offered cannot be guessed at.
            Authenticator = submission ? services.Context.Directory : null,
            AuthWithoutTls = settings.AuthWithoutTls,
            RequireAuthentication = submission,
            FutureRelease = submission ? settings.FutureReleaseMax : null,
            Etrn = !submission,
            LoopToken = loop,
            Xclient = peer.IsIn(settings.XclientFrom),
            ProxyHeader = peer.IsIn(settings.ProxyFrom),
        };
    }
}
