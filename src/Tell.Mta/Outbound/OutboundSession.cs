using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing;
using Tell.Smtp.Client;
using Tell.Smtp.Network;

namespace Tell.Mta.Outbound;

/// <summary>A client session with a host of a next hop, opened by trying its hosts in order.</summary>
internal sealed class OutboundSession : IAsyncDisposable
{
    private readonly MtaContext _context;
    private readonly ClientSession _session;
    private readonly MailHost _host;
    private int _sent;
    private bool _closed;

    private OutboundSession(MtaContext context, ClientSession session, MailHost host)
    {
        (_context, _session, _host) = (context, session, host);
        context.Gauges.OutboundSession(1);
    }

    /// <summary>The host's name.</summary>
    public string HostName => _host.Name;

    /// <summary>The host's address and port.</summary>
    public string Address => _host.Endpoint.ToString();

    /// <summary>True where it may carry another message.</summary>
    public bool Usable => _session.Usable && _sent < _context.Settings.MessagesPerConnection;

    /// <summary>
    /// Opens a session with the first host that answers; or gives the attempt that says why none did. The status of the attempt is of
    /// class 5 only where waiting cannot help.
    /// </summary>
    public static async ValueTask<(OutboundSession? Session, Attempt? Attempt)> OpenAsync(OutboundServices services, NextHop hop, CancellationToken abort)
    {
        var context = services.Context;
        var lookup = await services.Hosts.FindAsync(hop, abort);
        if (lookup.Hosts.IsEmpty)
            return (null, new Attempt { Time = context.Now, Host = hop.Key, Phase = "looking up", Status = lookup.Status, Text = lookup.Text });
        Attempt? last = null;
        foreach (var host in lookup.Hosts)
        {
            (var session, last) = await TryAsync(context, host, abort);
            if (session is not null)
                return (session, null);
        }
        return (null, last);
    }

    /// <summary>Sends a child, and tells the attempt for its history.</summary>
    public async ValueTask<(Transmission Sent, Attempt Attempt)> SendAsync(Document document, CancellationToken abort)
    {
        _sent++;
        var content = document.Content!;
        var sent = await _session.SendAsync(document.Envelope!, content.Size, _context.Queues.ReadContentAsync(content, abort), abort);
        return (sent, new Attempt
        {
            Time = _context.Now,
            Host = _host.Name,
            Address = Address,
            Phase = (sent.Fault?.Phase ?? SessionPhase.EndOfData).Words(),
            Code = sent.Fault?.Reply?.Code ?? 0,
            Status = sent.Fault is null ? default : sent.Fault.Reply is { Status.IsNone: false } reply ? reply.Status : new EnhancedStatus(4, 4, 2),
            Text = sent.Fault is { } fault ? fault.Reply?.ToString() ?? fault.Text : "",
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

    private static async ValueTask<(OutboundSession?, Attempt?)> TryAsync(MtaContext context, MailHost host, CancellationToken abort)
    {
        var settings = context.Settings;
        ClientSession? session = null;
        try
        {
            using var limit = new CancellationTokenSource(OutboundServices.ConnectTimeout, context.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, abort);
            var connection = await context.Network.ConnectAsync(host.Endpoint, either.Token);
            session = new ClientSession(connection, new ClientOptions { HostName = settings.HostName, GreetingTimeout = settings.GreetingTimeout }, context.Time);
            var fault = await session.OpenAsync(abort);
            if (fault is null)
            {
                context.Gauges.Add(Statistics.Stat.ConnectionsOutbound);
                var opened = new OutboundSession(context, session, host);
                session = null;
                return (opened, null);
            }
            return (null, Failure(fault.Phase.Words(), fault.Reply?.ToString() ?? fault.Text, fault.Reply?.Code ?? 0));
        }
        catch (OperationCanceledException) when (!abort.IsCancellationRequested)
        {
            return (null, Failure(SessionPhase.Connect.Words(), $"no connection within {OutboundServices.ConnectTimeout.TotalSeconds:0} s", 0));
        }
        // The ladder of connecting: the network failed, so the host is not up.
        catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException)
        {
            return (null, Failure(SessionPhase.Connect.Words(), Line.Clean(fault.Message).Text, 0));
        }
        finally
        {
            if (session is not null)
                await session.DisposeAsync();
        }

        // A host that refuses to talk has said nothing about the message: temporary, whatever its code (invariant 9).
        Attempt Failure(string phase, string text, int code) => new()
        {
            Time = context.Now,
            Host = host.Name,
            Address = host.Endpoint.ToString(),
            Phase = phase,
            Code = code,
            Status = new EnhancedStatus(4, 4, code == 0 ? 1 : 0),
            Text = text,
        };
    }
}
