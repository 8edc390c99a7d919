using System.Globalization;
using System.Net;
using Tell.Mta.Routing;
using Tell.Mta.Routing.Dns;

namespace Tell.Mta.Security.Dane;

/// <summary>Finds the TLSA records of a host (RFC 7672 2.2). Whoever asks has made sure that the host's name is certain.</summary>
public static class DaneLookup
{
    /// <summary>
    /// What DANE says of a host. Records are asked for only where its addresses are secure: name servers that choke on TLSA stand in zones
    /// that are not signed (RFC 7672 2.2.2).
    /// </summary>
    public static async ValueTask<DaneFinding> FindAsync(Resolver resolver, MailHost host, CancellationToken cancellation)
    {
        if (host.Endpoint is not IPEndPoint { Port: var port } || IPAddress.TryParse(host.Name, out _))
            return DaneFinding.None;
        // Asked for a moment ago, to connect: it comes from the cache.
        var addresses = await resolver.AddressesAsync(host.Name, cancellation);
        if (addresses is not { Status: DnsStatus.Found, Secure: true })
            return DaneFinding.None;
        // RFC 7672 2.2.3: where an alias leads, first; then the name itself.
        if (addresses.Name != DnsName.Normal(host.Name) && await AskAsync(resolver, addresses.Name, port, cancellation) is { } behind)
            return behind;
        return await AskAsync(resolver, DnsName.Normal(host.Name), port, cancellation) ?? DaneFinding.None;
    }

    private static async ValueTask<DaneFinding?> AskAsync(Resolver resolver, string name, int port, CancellationToken cancellation)
    {
        var records = await resolver.TlsaAsync(string.Create(CultureInfo.InvariantCulture, $"_{port}._tcp.{name}"), cancellation);
        return records switch
        {
            // RFC 7672 2.2: an answer that is bogus looks like this, and so does an attack that drops it.
            { Status: DnsStatus.Failed } => DaneFinding.Failed($"its TLSA records cannot be had: {records.Text}"),
            { Status: DnsStatus.Found, Secure: true } => DaneFinding.Of(name, records.Records),
            _ => null,
        };
    }
}
