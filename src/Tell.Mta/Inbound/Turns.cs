using System.Collections.Concurrent;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Outbound;
using Tell.Mta.Routing;
using Tell.Smtp;

namespace Tell.Mta.Inbound;

/// <summary>
/// ETRN (RFC 1985): a host that comes up asks for its mail, which then goes out to where it always goes; whoever asks gets none of it. Only
/// for domains that SMTPMTA_RelayDomains, SMTPMTA_Routes or a Connection document name, and for each of them at most once a minute, since anybody may ask.
/// </summary>
internal sealed class Turns(MtaContext context, IDeliverNow outbound)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private static readonly Reply
        Underway = Reply.Of(250, "2.0.0", "Queuing for that node has been started already"),
        Started = Reply.Of(252, "2.0.0", "Pending messages for that node started"),
        NothingWaits = Reply.Of(251, "2.0.0", "No messages waiting for that node"),
        NotAllowed = Reply.Of(459, "4.7.1", "Node not allowed: no mail is kept for it here"),
        Unable = Reply.Of(458, "4.3.0", "Unable to queue messages for that node");

    private readonly ConcurrentDictionary<Domain, DateTimeOffset> _last = new();

    /// <summary>The reply to ETRN for a domain, or for it and its subdomains ("@domain").</summary>
    public async ValueTask<Reply> AnswerAsync(string node, CancellationToken cancellation)
    {
        var subdomains = node.StartsWith('@');
        if (!Domain.TryParse(subdomains ? node.AsSpan(1) : node, out var asked) || Served(asked, subdomains) is not { Count: > 0 } domains)
            return NotAllowed;
        try
        {
            return await StartAsync(domains, cancellation);
        }
        catch (StoreException)
        {
            return Unable;
        }
    }

    private async ValueTask<Reply> StartAsync(List<Domain> domains, CancellationToken cancellation)
    {
        var names = domains.Select(domain => domain.Name).ToHashSet(StringComparer.Ordinal);
        var lanes = await context.Queues.LanesAsync(WorkQueue.Outbound, cancellation);
        if (!lanes.Any(lane => names.Contains(ReportLane.MailLane(lane.Destination))))
            return NothingWaits;
        var reply = Underway;
        foreach (var domain in domains.Where(IsItsTurn))
        {
            await outbound.DeliverNowAsync(domain.Name, cancellation);
            reply = Started;
        }
        // RFC 1985 5.1: 253 would say how many; to count what waits for a host that is down is work, and anybody may ask.
        return reply;
    }

    private List<Domain> Served(Domain asked, bool subdomains)
    {
        var settings = context.Settings;
        var connected = context.Connections.All.Where(connection => connection.Enabled).SelectMany(connection => connection.Domains)
            .Select(name => Domain.TryParse(name, out var domain) ? domain : default(Domain?)).OfType<Domain>();
        return [.. settings.RelayDomains.Concat(settings.Routes.Keys).Concat(connected).Distinct().Where(domain =>
            domain == asked || (subdomains && domain.Name.EndsWith("." + asked.Name, StringComparison.Ordinal)))];
    }

    private bool IsItsTurn(Domain domain)
    {
        var now = context.Now;
        if (_last.TryGetValue(domain, out var last) && now - last < Pause)
            return false;
        _last[domain] = now;
        return true;
    }
}
