using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tell.Mail;

namespace Tell.Mta.Configuration;

/// <summary>A host to connect to: a name or an address, and a port.</summary>
/// <param name="Host">The host name, or the address without brackets.</param>
/// <param name="Port">1 to 65535.</param>
public sealed record HostPort(string Host, int Port)
{
    /// <summary>The port of SMTP between servers (RFC 5321 4.5.4.2).</summary>
    public const int SmtpPort = 25;

    /// <summary>The address where the host is one; null for a name.</summary>
    public IPAddress? Address => IPAddress.TryParse(Host, out var address) ? address : null;

    /// <summary>Reads "host", "host:port", "192.0.2.1:port", "[2001:db8::1]" or "[2001:db8::1]:port"; the port is 25 where it is left out.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out HostPort value) => TryParse(text, SmtpPort, out value);

    /// <summary>The same, with another port where it is left out.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, int defaultPort, out HostPort value)
    {
        value = null!;
        var host = text;
        ReadOnlySpan<char> port = [];
        if (text is ['[', ..])
        {
            var close = text.IndexOf(']');
            if (close < 0)
                return false;
            host = text[1..close];
            if (!IPAddress.TryParse(host, out var literal) || literal.AddressFamily != AddressFamily.InterNetworkV6)
                return false;
            var rest = text[(close + 1)..];
            if (rest.Length > 0 && rest[0] != ':')
                return false;
            port = rest.Length > 0 ? rest[1..] : [];
            if (rest.Length == 1)
                return false;
        }
        else
        {
            var colon = text.IndexOf(':');
            port = colon >= 0 ? text[(colon + 1)..] : [];
            if (colon == text.Length - 1)
                return false;
            host = colon >= 0 ? text[..colon] : text;
            if (!IPAddress.TryParse(host, out _) && !Domain.TryParse(host, out _))
                return false;
        }
        var number = defaultPort;
        if (!port.IsEmpty && (!TryPort(port, out number) || number == 0))
            return false;
        value = new HostPort(host.ToString().ToLowerInvariant(), number);
        return true;
    }

    /// <summary>"host:port", with brackets around an IPv6 address.</summary>
    public override string ToString() =>
        (Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:" : Host + ":") + Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads a port, 0 to 65535, digits only.</summary>
    internal static bool TryPort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535;
}
