using System.Diagnostics.CodeAnalysis;
using Tell.Mta.Configuration;

namespace Tell.Mta.Routing;

/// <summary>A next hop that settings name: a host by SMTP, "host:port", or an LMTP server (RFC 2033), "lmtp:host:port" or "lmtp:/path/of/socket". One of the two is set.</summary>
public sealed record FixedHop
{
    // Of struct sockaddr_un there are 108 octets, and the last is a NUL.
    private const int LongestPath = 107;

    private FixedHop(HostPort? host, MailRoute? lmtp) => (Host, Lmtp) = (host, lmtp);

    /// <summary>The host that takes the mail by SMTP.</summary>
    public HostPort? Host { get; }

    /// <summary>The server that takes the mail by LMTP.</summary>
    public MailRoute? Lmtp { get; }

    /// <summary>A host by SMTP.</summary>
    public static implicit operator FixedHop(HostPort host) => FromHostPort(host);

    /// <summary>A host by SMTP.</summary>
    public static FixedHop FromHostPort(HostPort host) => new(host, null);

    /// <summary>Reads "host", "host:port", "lmtp:host:port" or "lmtp:/path"; the port is 25, or 24 for LMTP, where it is left out.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out FixedHop? hop)
    {
        hop = MailRoute.TryParse(text, out var route) ? route.IsLmtp && IsUsable(route) ? new FixedHop(null, route) : null
            : HostPort.TryParse(text, out var host) ? new FixedHop(host, null)
            : null;
        return hop is not null;
    }

    /// <summary>False where the path of a socket is longer than the system takes.</summary>
    public static bool IsUsable(MailRoute lmtp) => lmtp.Socket is not { } path || System.Text.Encoding.UTF8.GetByteCount(path) <= LongestPath;

    /// <summary>As it is written.</summary>
    public override string ToString() => Lmtp?.Text ?? Host!.ToString();
}
