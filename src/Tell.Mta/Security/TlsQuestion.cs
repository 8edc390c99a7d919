using System.Security.Cryptography.X509Certificates;
using Tell.Mta.Configuration;
using Tell.Mta.Routing;
using Tell.Mta.Security.Dane;
using Tell.Mta.Security.Sts;
using Tell.Smtp.Tls;

namespace Tell.Mta.Security;

/// <summary>All that decides how a session uses TLS, found out before: <see cref="TlsDecision"/> asks nobody.</summary>
public sealed record TlsQuestion
{
    /// <summary>The next hop.</summary>
    public required NextHop Hop { get; init; }

    /// <summary>The host of it that is to be connected to.</summary>
    public required MailHost Host { get; init; }

    /// <summary>
    /// True where the name of the host is certain: the operator named it, or every answer of DNS on the way to it was secure (RFC 7672 2.2.1).
    /// </summary>
    public bool Certain { get; init; }

    /// <summary>What the destination asks.</summary>
    public TlsRequirement Requirement { get; init; }

    /// <summary>What the document asks.</summary>
    public TlsNeed Need { get; init; }

    /// <summary>What DANE says.</summary>
    public DaneFinding Dane { get; init; } = DaneFinding.None;

    /// <summary>The MTA-STS policy of the domain; null for none.</summary>
    public StsPolicy? Sts { get; init; }

    /// <summary>Who does the handshake.</summary>
    public required ITls Provider { get; init; }

    /// <summary>The roots that are trusted; null for those of the system.</summary>
    public X509Certificate2Collection? Roots { get; init; }
}
