using Tell.Mail;
using Tell.Mta.Configuration;

namespace Tell.Mta.Routing;

/// <summary>Where mail for a domain goes next: a fixed host, or whoever DNS names. Two domains with the same next hop share one Destination.</summary>
/// <param name="Key">The name by which operators know it: the domain, or "host:port" of a fixed host.</param>
/// <param name="Host">The fixed host; null where DNS decides.</param>
/// <param name="Domain">The domain whose mail exchangers are asked for; none for a fixed host.</param>
public sealed record NextHop(string Key, HostPort? Host, Domain Domain)
{
    /// <summary>The next hop of a domain by the settings: its route, else the relay host, else its own literal address, else DNS.</summary>
    public static NextHop Of(Domain domain, MtaSettings settings)
    {
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
