using System.Net;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Routing;
using Tell.Mta.Security;
using Tell.Smtp.Client;

namespace Tell.Mta.Outbound;

/// <summary>A client session with a host of a site, opened by trying its hosts in order.</summary>
internal sealed class OutboundSession : IAsyncDisposable
{
    private readonly MtaContext _context;
    private readonly Destination _destination;
    private readonly ClientSession _session;
    private readonly MailHost _host;
    private readonly SessionTls _tls;
    private readonly bool _leadsHere;
    private int _sent;
    private bool _closed;

    private OutboundSession(MtaContext context, Destination destination, ClientSession session, MailHost host, long since)
    {
        (_context, _destination, _session, _host) = (context, destination, session, host);
        // Whatever the name, and whatever lies between. What is offered in the clear and then by TLS counts by the latter.
        _leadsHere = context.Settings.LoopCheck && context.LoopTokens.LeadsHere(session.Capabilities.LoopToken, since);
        _tls = new SessionTls(context.TlsPolicies, host, session.Tls);
        context.Gauges.OutboundSession(1);
    }

    /// <summary>The host's name.</summary>
    public string HostName => _host.Name;

    /// <summary>The host's address and port, or its socket.</summary>
    public string Address => _host.Place;

    /// <summary>True where it may carry another message.</summary>
    public bool Usable => _session.Usable && _sent < _destination.Limits.MessagesPerConnection;

    /// <summary>The status of an attempt that led back to us by the only or the best way (RFC 3463 3.5).</summary>
    public static EnhancedStatus Circle => new(5, 4, 6);

    /// <summary>True where an attempt found us at the other end, and waiting helps nothing.</summary>
    public static bool IsCircle(Attempt attempt) => attempt.Status == Circle && attempt.Phase == SessionPhase.Hello.Words();

    /// <summary>The status of an attempt that a TLS policy stopped (RFC 3463 3.8): it is about one domain, and not about its hosts.</summary>
    public static EnhancedStatus NotSecure => new(4, 7, 5);

    /// <summary>True where a document may go over it, by the TLS policy of its own domain.</summary>
    public ValueTask<bool> PermitsAsync(Document document, CancellationToken abort)
    {
        var need = TlsNeeds.Of(document);
        // What was released goes in its circle once more; those that come after it do not go with it.
        if (document.Releases == 0 && IsOurselves)
            return ValueTask.FromResult(false);
        return _tls.Known(!_destination.Site.Hop.IsFixed ? ReportLane.MailLane(document.Destination) : _destination.Site.Hop.Key, need) is { } known
            ? ValueTask.FromResult(known)
            : _tls.PermitsAsync(HopOf(_destination, document), TlsOf(_destination, _host, _destination.Limits), need, abort);
    }

    /// <summary>
    /// Opens a session for a document with the first host that answers and that its TLS policy allows, bad ones skipped; or gives the attempt
    /// that says why none did. The status of the attempt is of class 5 only where waiting cannot help. The hosts that were tried before are
    /// added to <paramref name="passed"/>; <paramref name="talking"/> hears of each conversation that begins.
    /// </summary>
    public static async ValueTask<(OutboundSession? Session, Attempt? Attempt)> OpenAsync(
        OutboundServices services, Destination destination, Document document, PassedHosts passed, Action<ClientSession> talking, CancellationToken abort)
    {
        var context = services.Context;
        var limits = destination.Limits;
        var lookup = await services.Hosts.HostsAsync(destination.Site, limits.Addresses, abort);
        if (lookup.Hosts.IsEmpty)
            return (null, new Attempt { Time = context.Now, Host = destination.Site.Name, Phase = "looking up", Status = lookup.Status, Text = lookup.Text });
        Attempt? last = null;
        var hosts = services.Memory.Choose(lookup.Hosts);
        if (hosts.Length < lookup.Hosts.Length)
            OutboundLog.Skipping(services.Log, destination.Name, string.Join(", ", lookup.Hosts.Except(hosts).Select(host => host.Name)));
        var (hop, need) = (HopOf(destination, document), TlsNeeds.Of(document));
        foreach (var host in hosts)
        {
            if (last is not null)
                passed.Add(last);
            var plan = await context.TlsPolicies.PlanAsync(hop, host, TlsOf(destination, host, limits), need, abort);
            OutboundSession? session = null;
            for (TlsPlan? next = plan; next is not null && session is null;)
                (session, last, next) = await TryAsync(context, destination, document.Destination, limits, next, talking, abort);
            if (session is not null && session.IsOurselves && document.Releases == 0)
            {
                var (proven, only) = (session._leadsHere, destination.Site.Hop.IsFixed || host == lookup.Hosts[0]);
                var seen = proven ? $"{host.Name} is this host: it offers our own XLOOP" : $"{host.Name} greets with our own name";
                await session.DisposeAsync();
                // RFC 5321 5.1: as a backup exchanger we wait for the better ones; as the best one we would wait for ever. A name that anybody may give himself
                // is a doubt and no more: what waits for that is warned of and has an end, and what is held has none.
                return (null, Failure(context, host, SessionPhase.Hello, proven && only ? Circle : new EnhancedStatus(4, 4, 6), $"mail loops back to this host: {seen}"));
            }
            if (session is not null)
            {
                services.Memory.Answered(host.Endpoint);
                session._tls.OpenedFor(hop, need);
                return (session, null);
            }
            // What stops this domain's mail may be no obstacle to another's.
            if (last!.Status != NotSecure)
                services.Memory.Failed(host.Endpoint);
        }
        return (null, last);
    }

    /// <summary>Sends a child, and tells the attempt for its history.</summary>
    public async ValueTask<(Transmission Sent, Attempt Attempt)> SendAsync(Document document, CancellationToken abort)
    {
        _sent++;
        var (content, envelope) = (document.Content!, document.Envelope!);
        // RFC 8689 is about the way; here it has come to its end, and what stores the mail on this machine knows nothing of it.
        if (envelope.RequireTls && _destination.Site.Hop.Lmtp is not null && _host.IsHere)
            envelope = envelope with { RequireTls = false };
        var sent = await _session.SendAsync(envelope, content.Size, _context.Queues.ReadContentAsync(content, abort), abort);
        return (sent, new Attempt
        {
            Time = _context.Now,
            Host = _host.Name,
            Address = Address,
            Phase = (sent.Fault?.Phase ?? SessionPhase.EndOfData).Words(),
            Code = sent.Fault?.Reply?.Code ?? 0,
            Status = sent.Fault is null ? default : sent.Fault.Reply is { Status.IsNone: false } reply ? reply.Status : new EnhancedStatus(4, 4, 2),
            Text = TextOf(sent.Fault),
        });
    }

    /// <summary>Says QUIT and closes.</summary>
    public async ValueTask QuitAsync(CancellationToken abort)
    {
        await _session.QuitAsync(abort);
        await DisposeAsync();
    }

    /// <summary>Closes at once; nothing where it is closed.</summary>
    public ValueTask DisposeAsync()
    {
        if (_closed)
            return default;
        _closed = true;
        _context.Gauges.OutboundSession(-1);
        return _session.DisposeAsync();
    }

    // RFC 1047: after the final dot nobody can know whether the peer has the message.
    private static string TextOf(SessionFault? fault)
    {
        var text = fault?.Reply?.ToString() ?? fault?.Text ?? "";
        return fault is { InDoubt: true } ? $"{text}; whether the peer has the message is in doubt" : text;
    }

    // Under a name of ours in DNS that we do not know, we know ourselves by our greeting. A host that an operator named is taken at his word.
    private bool IsOurselves => _leadsHere || !_destination.Site.Hop.IsFixed && _session.PeerName.Equals(_context.HostDomain.Name, StringComparison.OrdinalIgnoreCase);

    // Domains that share their hosts have policies of their own.
    private static NextHop HopOf(Destination destination, Document document) =>
        !destination.Site.Hop.IsFixed && Domain.TryParse(ReportLane.MailLane(document.Destination), out var domain) ? new NextHop(domain.Name, null, domain) : destination.Site.Hop;

    // Also gives the plan for another try with the same host, where the handshake failed and that is allowed.
    private static async ValueTask<(OutboundSession?, Attempt?, TlsPlan?)> TryAsync(
        MtaContext context, Destination destination, string lane, DestinationLimits limits, TlsPlan plan, Action<ClientSession> talking, CancellationToken abort)
    {
        var host = plan.Host;
        if (plan.Refusal is { } refusal)
            return (null, Failure(context, host, SessionPhase.StartTls, NotSecure, refusal.Text), null);
        ClientSession? session = null;
        try
        {
            using var limit = new CancellationTokenSource(OutboundServices.ConnectTimeout, context.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, abort);
            var since = context.LoopTokens.Now;
            var connection = await context.Network.ConnectAsync(host.Endpoint, SourceFor(host, limits), either.Token);
            session = new ClientSession(connection, Options(context, destination, limits) with { Tls = plan.Tls }, context.Time);
            talking(session);
            var fault = await session.OpenAsync(abort);
            var again = context.TlsPolicies.Heard(plan, connection.Local.Address, session.Tls, fault);
            if (fault is null)
            {
                context.Gauges.Add(Statistics.Stat.ConnectionsOutbound);
                context.Gauges.Add(Statistics.Door.OutAssociationsOf(Statistics.Channels.OfLane(lane)));
                var opened = new OutboundSession(context, destination, session, host, since);
                session = null;
                return (opened, null, null);
            }
            // A host that refuses to talk has said nothing about the message: temporary, whatever its code (invariant 9).
            var status = fault.Tls is null ? new EnhancedStatus(4, 4, fault.Reply is null ? 1 : 0) : NotSecure;
            return (null, Failure(context, host, fault.Phase, status, fault.Reply?.ToString() ?? fault.Text) with { Code = fault.Reply?.Code ?? 0 }, again);
        }
        catch (OperationCanceledException) when (!abort.IsCancellationRequested)
        {
            return (null, Failure(context, host, SessionPhase.Connect, new EnhancedStatus(4, 4, 1), $"no connection within {OutboundServices.ConnectTimeout.TotalSeconds:0} s"), null);
        }
        // The ladder of connecting: the network failed, so the host is not up.
        catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException)
        {
            return (null, Failure(context, host, SessionPhase.Connect, new EnhancedStatus(4, 4, 1), Line.Clean(fault.Message).Text), null);
        }
        finally
        {
            if (session is not null)
                await session.DisposeAsync();
        }
    }

    private static ClientOptions Options(MtaContext context, Destination destination, DestinationLimits limits)
    {
        var settings = context.Settings;
        return new ClientOptions
        {
            HostName = limits.HeloName,
            Lmtp = destination.Site.Hop.Lmtp is not null,
            GreetingTimeout = settings.GreetingTimeout,
            Convert8Bit = settings.Convert8Bit,
            Credentials = CredentialsFor(destination.Site.Hop, settings),
        };
    }

    private static ClientCredentials? CredentialsFor(NextHop hop, MtaSettings settings) => hop switch
    {
        { Connection: { User: { } user } connection } => new ClientCredentials(user, connection.Password ?? ""),
        { Lmtp: null, Host: { } host } when settings.RelayUser.Length > 0 && host == settings.RelayHost => new ClientCredentials(settings.RelayUser, settings.RelayPassword),
        _ => null,
    };

    // From an address of the network nothing of this machine can be reached by its loopback.
    private static IPAddress? SourceFor(MailHost host, DestinationLimits limits) =>
        limits.SourceAddresses.FirstOrDefault(source => source.AddressFamily == host.Endpoint.AddressFamily && (!host.IsHere || IPAddress.IsLoopback(source)));

    // What goes by LMTP to this machine passes no wire.
    private static TlsRequirement TlsOf(Destination destination, MailHost host, DestinationLimits limits) =>
        destination.Site.Hop.Lmtp is not null && host.IsHere ? TlsRequirement.Off : limits.Tls;

    private static Attempt Failure(MtaContext context, MailHost host, SessionPhase phase, EnhancedStatus status, string text) => new()
    {
        Time = context.Now,
        Host = host.Name,
        Address = host.Place,
        Phase = phase.Words(),
        Status = status,
        Text = text,
    };
}
