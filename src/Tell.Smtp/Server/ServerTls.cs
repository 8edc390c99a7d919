using Tell.Smtp.Tls;

namespace Tell.Smtp.Server;

/// <summary>How a server session uses TLS.</summary>
/// <param name="Provider">Who does the handshake.</param>
/// <param name="Options">What is brought to it.</param>
public sealed record ServerTls(ITls Provider, TlsServerOptions Options)
{
    /// <summary>True where the connection begins with the handshake (RFC 8314 3.3); false offers STARTTLS (RFC 3207).</summary>
    public bool Implicit { get; init; }
}
