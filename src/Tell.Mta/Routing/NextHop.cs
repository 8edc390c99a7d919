using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Routing.Names;

namespace Tell.Mta.Routing;

/// <summary>Where mail for a domain goes next: a fixed host, or whoever DNS names. Two domains with the same next hop share one Destination.</summary>
/// <param name="Key">The name by which operators know it: the domain, or "host:port" of a fixed host.</param>
/// <param name="Host">The fixed host; null where DNS decides.</param>
/// <param name="Domain">The domain whose mail exchangers are asked for; none for a fixed host.</param>
public sealed record NextHop(string Key, HostPort? Host, Domain Domain)
{
    /// <summary>The Connection document that says how and when mail goes there; null for none.</summary>
    public Connection? Connection { get; init; }

    /// <summary>
    /// The next hop of a domain: the relay host of its Connection document, else its route, else the relay host of the settings, else its own
    /// literal address, else DNS.
    /// </summary>
    public static NextHop Of(Domain domain, MtaContext context)
    {
        var connection = context.Connections.For(domain);
        var hop = Of(domain, context.Settings, connection);
        return connection is null ? hop : hop with { Connection = connection };
    }

    private static NextHop Of(Domain domain, MtaSettings settings, Connection? connection)
    {
        if (connection?.RelayHost is { } host)
            return Fixed(host);
        if (settings.Routes.TryGetValue(domain, out var route))
            return Fixed(route);
        if (settings.RelayHost is { } relay)
            return Fixed(relay);
        return domain.Address is { } address
            ? Fixed(new HostPort(address.ToString(), settings.OutboundPort))
            : new NextHop(domain.Name, null, domain);
    }

    private static NextHop Fixed(HostPort host) => new(host.ToString(), host, default);
}
