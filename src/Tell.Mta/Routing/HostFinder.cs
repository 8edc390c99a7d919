using System.Collections.Immutable;
using System.Net;
using Tell.Mail;
using Tell.Mta.Routing.Dns;

namespace Tell.Mta.Routing;

/// <summary>
/// Finds the hosts of a next hop (RFC 5321 5.1): mail exchangers by preference, in random order among equals; without any the domain's
/// own addresses; a fixed host by its address or name.
/// </summary>
public sealed class HostFinder(MtaContext context)
{
    /// <summary>The hosts, or why there are none.</summary>
    public ValueTask<HostLookup> FindAsync(NextHop hop, CancellationToken cancellation) =>
        hop.Host is { } host ? FixedAsync(host.Host, host.Port, cancellation) : ExchangersAsync(hop.Domain.Name, cancellation);

    private async ValueTask<HostLookup> FixedAsync(string name, int port, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(name, out var address))
            return HostLookup.Found([new MailHost(name, new IPEndPoint(address, port))]);
        // RFC 6761 6.3: localhost is never asked for.
        if (name.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return HostLookup.Found([new MailHost(name, new IPEndPoint(IPAddress.Loopback, port)), new MailHost(name, new IPEndPoint(IPAddress.IPv6Loopback, port))]);
        var answer = await context.Resolver.AddressesAsync(name, cancellation);
        // An operator's own relay host that DNS does not know is a mistake in the making, not a reason to return mail.
        return answer.Status == DnsStatus.Found
            ? HostLookup.Found([.. answer.Records.Select(found => new MailHost(name, new IPEndPoint(found, port)))])
            : HostLookup.Failed(new EnhancedStatus(4, 4, 3), $"{name}: {answer.Text}");
    }

    private async ValueTask<HostLookup> ExchangersAsync(string domain, CancellationToken cancellation)
    {
        var port = context.Settings.OutboundPort;
        var answer = await context.Resolver.MailExchangersAsync(domain, cancellation);
        switch (answer.Status)
        {
            case DnsStatus.NoDomain:
                return HostLookup.Failed(new EnhancedStatus(5, 1, 2), $"Host or domain name not found: {domain}");
            case DnsStatus.Failed:
                return HostLookup.Failed(new EnhancedStatus(4, 4, 3), $"{domain}: {answer.Text}");
            case DnsStatus.NoData:
                return await ImplicitAsync(domain, port, cancellation);
        }
        // RFC 7505 3: a single "." says that the domain takes no mail.
        if (answer.Records is [{ Host: "" or "." }])
            return HostLookup.Failed(new EnhancedStatus(5, 1, 10), $"{domain} does not accept mail (null MX)");

        var hosts = ImmutableArray.CreateBuilder<MailHost>();
        var trouble = "";
        var better = Better(answer.Records);
        if (better.IsEmpty)
            return HostLookup.Failed(new EnhancedStatus(4, 4, 6), $"mail for {domain} loops back to this host, its best mail exchanger");
        foreach (var exchanger in Shuffled(better))
        {
            var addresses = await context.Resolver.AddressesAsync(exchanger.Host, cancellation);
            if (addresses.Status != DnsStatus.Found)
                trouble = $"{exchanger.Host}: {addresses.Text}";
            hosts.AddRange(addresses.Records.Select(found => new MailHost(exchanger.Host, new IPEndPoint(found, port))));
        }
        return hosts.Count > 0 ? HostLookup.Found(hosts.ToImmutable()) : HostLookup.Failed(new EnhancedStatus(4, 4, 4), $"no mail exchanger of {domain} has an address; {trouble}");
    }

    // RFC 5321 5.1: without MX records the domain itself is its only mail exchanger.
    private async ValueTask<HostLookup> ImplicitAsync(string domain, int port, CancellationToken cancellation)
    {
        var answer = await context.Resolver.AddressesAsync(domain, cancellation);
        return answer.Status switch
        {
            DnsStatus.Found => HostLookup.Found([.. answer.Records.Select(found => new MailHost(domain, new IPEndPoint(found, port)))]),
            DnsStatus.Failed => HostLookup.Failed(new EnhancedStatus(4, 4, 3), $"{domain}: {answer.Text}"),
            _ => HostLookup.Failed(new EnhancedStatus(5, 4, 4), $"{domain} has neither mail exchangers nor an address"),
        };
    }

    // RFC 5321 5.1: a host that is an exchanger of the domain itself goes only to those preferred before it, or mail would go in circles.
    private ImmutableArray<MxRecord> Better(ImmutableArray<MxRecord> records)
    {
        var ours = records.Where(record => record.Host.Equals(context.HostDomain.Name, StringComparison.OrdinalIgnoreCase)).ToArray();
        return ours.Length == 0 ? records : [.. records.Where(record => record.Preference < ours.Min(own => own.Preference))];
    }

    private IEnumerable<MxRecord> Shuffled(ImmutableArray<MxRecord> records)
    {
        var shuffled = records.ToArray();
        context.Random.Shuffle(shuffled);
        // OrderBy is stable, so equals stay shuffled.
        return shuffled.OrderBy(record => record.Preference);
    }
}
