using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Routing.Dns;

namespace Tell.Mta.Routing;

/// <summary>
/// Finds the site of a next hop and the hosts of a site (RFC 5321 5.1): mail exchangers by preference, in random order among equals, each
/// with its addresses; without any the domain's own addresses; a fixed host by its address or name; an LMTP server also by the path of its socket.
/// </summary>
public sealed class HostFinder(MtaContext context)
{
    /// <summary>The site of a next hop. A fixed one is known at once; else the MX records decide, aliases followed.</summary>
    public async ValueTask<Site> SiteAsync(NextHop hop, CancellationToken cancellation)
    {
        if (hop.IsFixed)
            return Site.Fixed(hop);
        var domain = hop.Domain.Name;
        var answer = await context.Resolver.MailExchangersAsync(domain, cancellation);
        switch (answer.Status)
        {
            case DnsStatus.NoDomain:
                return Site.Failed(hop, new EnhancedStatus(5, 1, 2), $"Host or domain name not found: {domain}", answer.Expires);
            case DnsStatus.Failed:
                return Site.Failed(hop, new EnhancedStatus(4, 4, 3), $"{domain}: {answer.Text}", answer.Expires);
            case DnsStatus.NoData:
                // RFC 5321 5.1: without MX records the domain itself is its only mail exchanger, as if its preference were 0.
                return Site.Found(hop, [new MxRecord(0, domain)], answer.Expires);
        }
        // RFC 7505 3: a single "." says that the domain takes no mail.
        if (answer.Records is [{ Host: "" or "." }])
            return Site.Failed(hop, new EnhancedStatus(5, 1, 10), $"{domain} does not accept mail (null MX)", answer.Expires);
        var better = Better(answer.Records);
        return better.IsEmpty
            ? Site.Failed(hop, Loop, $"mail for {domain} loops back to this host, its best mail exchanger", answer.Expires)
            : Site.Found(hop, better, answer.Expires);
    }

    /// <summary>The hosts of a site in the order in which they are to be tried, or why there are none.</summary>
    public async ValueTask<HostLookup> HostsAsync(Site site, AddressPreference preference, CancellationToken cancellation)
    {
        if (site.IsFailure)
            return HostLookup.Failed(site.Status, site.Text);
        if (site.Hop.Lmtp is { Socket: { } path } lmtp)
        {
            // An operator's mistake is no reason to return mail. What a report says of the host is its name, which a path is not.
            return FixedHop.IsUsable(lmtp)
                ? HostLookup.Found([new MailHost("localhost", new UnixDomainSocketEndPoint(path))])
                : HostLookup.Failed(new EnhancedStatus(4, 3, 5), $"{lmtp}: the path is longer than that of a socket can be");
        }
        return site.Hop.Host is { } host
            ? await FixedAsync(host.Host, host.Port, preference, cancellation)
            : await ExchangersAsync(site, preference, cancellation);
    }

    // RFC 3463 3.5: X.4.6, routing loop detected.
    private static EnhancedStatus Loop => new(5, 4, 6);

    private async ValueTask<HostLookup> FixedAsync(string name, int port, AddressPreference preference, CancellationToken cancellation)
    {
        // An address that an operator wrote is used, whatever is preferred.
        if (IPAddress.TryParse(name, out var address))
            return HostLookup.Found([new MailHost(name, new IPEndPoint(address, port))]);
        // RFC 6761 6.3: localhost is never asked for.
        if (name.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return HostLookup.Found([new MailHost(name, new IPEndPoint(IPAddress.Loopback, port)), new MailHost(name, new IPEndPoint(IPAddress.IPv6Loopback, port))]);
        var answer = await context.Resolver.AddressesAsync(name, cancellation);
        var addresses = Usable(answer.Records, preference);
        // An operator's own relay host that DNS does not know is a mistake in the making, not a reason to return mail.
        return addresses.Length > 0
            ? HostLookup.Found([.. addresses.Select(found => new MailHost(name, new IPEndPoint(found, port)))])
            : HostLookup.Failed(new EnhancedStatus(4, 4, 3), $"{name}: {(answer.Status == DnsStatus.Found ? Unwanted(preference) : answer.Text)}");
    }

    private async ValueTask<HostLookup> ExchangersAsync(Site site, AddressPreference preference, CancellationToken cancellation)
    {
        var port = context.Settings.OutboundPort;
        var hosts = ImmutableArray.CreateBuilder<MailHost>();
        var (trouble, unknown, preferred, level) = ("", false, 0, -1);
        foreach (var exchanger in Shuffled(site.Exchangers))
        {
            if (exchanger.Preference != level)
                (preferred, level) = (hosts.Count, exchanger.Preference);
            var answer = await context.Resolver.AddressesAsync(exchanger.Host, cancellation);
            var addresses = Usable(answer.Records, preference);
            // RFC 5321 5.1: mail goes only to hosts preferred before ourselves; here we are found by our address, under whatever name.
            if (addresses.Any(address => IsOurs(address, port)))
            {
                return preferred > 0
                    ? HostLookup.Found([.. hosts.Take(preferred)])
                    : HostLookup.Failed(Loop, $"mail loops back to this host: {exchanger.Host} has one of its addresses");
            }
            if (addresses.Length == 0)
                trouble = $"{exchanger.Host}: {(answer.Status == DnsStatus.Found ? Unwanted(preference) : answer.Text)}";
            unknown |= answer.Status is DnsStatus.Failed or DnsStatus.Found;
            hosts.AddRange(addresses.Select(found => new MailHost(exchanger.Host, new IPEndPoint(found, port))));
        }
        if (hosts.Count > 0)
            return HostLookup.Found(hosts.ToImmutable());
        // Without MX records the domain itself was asked for, and has no address for sure.
        return !unknown && site.Exchangers is [var own] && own.Host == site.Hop.Domain.Name
            ? HostLookup.Failed(new EnhancedStatus(5, 4, 4), $"{own.Host} has neither mail exchangers nor an address")
            : HostLookup.Failed(new EnhancedStatus(4, 4, 4), $"no mail exchanger of {site.Hop.Domain.Name} has an address; {trouble}");
    }

    // RFC 5321 5.1: a host that is an exchanger of the domain itself goes only to those preferred before it, or mail would go in circles.
    private ImmutableArray<MxRecord> Better(ImmutableArray<MxRecord> records)
    {
        var ours = records.Where(record => record.Host.Equals(context.HostDomain.Name, StringComparison.OrdinalIgnoreCase)).ToArray();
        return ours.Length == 0 ? records : [.. records.Where(record => record.Preference < ours.Min(own => own.Preference))];
    }

    private bool IsOurs(IPAddress address, int port)
    {
        foreach (var listening in context.Settings.Listen)
        {
            if (listening.Port == port && (listening.Address.Equals(address) || IsAny(listening.Address) && IPAddress.IsLoopback(address)))
                return true;
        }
        return false;
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static string Unwanted(AddressPreference preference) => preference == AddressPreference.Only6 ? "no IPv6 address" : "no IPv4 address";

    private static IPAddress[] Usable(ImmutableArray<IPAddress> addresses, AddressPreference preference)
    {
        var first = preference is AddressPreference.Only4 or AddressPreference.Prefer4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return preference is AddressPreference.Only4 or AddressPreference.Only6
            ? [.. addresses.Where(address => address.AddressFamily == first)]
            : [.. addresses.OrderBy(address => address.AddressFamily == first ? 0 : 1)];
    }

    private IEnumerable<MxRecord> Shuffled(ImmutableArray<MxRecord> records)
    {
        var shuffled = records.ToArray();
        context.Random.Shuffle(shuffled);
        // OrderBy is stable, so equals stay shuffled.
        return shuffled.OrderBy(record => record.Preference);
    }
}
