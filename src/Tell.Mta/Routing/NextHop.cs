using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Routing.Names;

namespace Tell.Mta.Routing;

/// <summary>
/// Where mail for a lane goes next: a fixed host, an LMTP server, or whoever DNS names. Two lanes with the same next hop share one Destination, but for those
/// of reports, which share another.
/// </summary>
/// <param name="Key">The name by which operators know it: the domain, "host:port" of a fixed host, or "lmtp:..." as it is written.</param>
/// <param name="Host">The fixed host, by SMTP or LMTP; null where DNS decides, and for a socket of this machine.</param>
/// <param name="Domain">The domain whose mail exchangers are asked for; none for a fixed next hop.</param>
public sealed record NextHop(string Key, HostPort? Host, Domain Domain)
{
    /// <summary>The LMTP server; null where mail goes by SMTP.</summary>
    public MailRoute? Lmtp { get; init; }

    /// <summary>True where nobody is asked who takes the mail.</summary>
    public bool IsFixed => Host is not null || Lmtp is not null;

    /// <summary>The Connection document that says how and when mail goes there; null for none.</summary>
    public Connection? Connection { get; init; }

    /// <summary>True where it takes reports (see <see cref="ReportLane"/>), which go where mail for the same domain does, with sessions of their own.</summary>
    public bool Reports { get; init; }

    /// <summary>The next hop of a lane, which is a domain, "lmtp:..." (RFC 2033) or "report:" and a domain; null for a lane that is none of these.</summary>
    public static NextHop? Of(string lane, MtaContext context)
    {
        if (ReportLane.Is(lane))
            return Of(ReportLane.MailLane(lane), context) is { } same ? same with { Reports = true } : null;
        if (MailRoute.TryParse(lane, out var route) && route.IsLmtp)
            return ByLmtp(route);
        return Domain.TryParse(lane, out var domain) ? Of(domain, context) : null;
    }

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
            return route.Lmtp is { } lmtp ? ByLmtp(lmtp) : Fixed(route.Host!);
        if (settings.RelayHost is { } relay)
            return Fixed(relay);
        return domain.Address is { } address
            ? Fixed(new HostPort(address.ToString(), settings.OutboundPort))
            : new NextHop(domain.Name, null, domain);
    }

    private static NextHop ByLmtp(MailRoute route) => new(route.Text, route.Host, default) { Lmtp = route };

    private static NextHop Fixed(HostPort host) => new(host.ToString(), host, default);
}
