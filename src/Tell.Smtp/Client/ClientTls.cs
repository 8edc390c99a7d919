using Tell.Smtp.Tls;

namespace Tell.Smtp.Client;

/// <summary>How a client session uses TLS.</summary>
/// <param name="Provider">Who does the handshake.</param>
/// <param name="Options">What is asked of it.</param>
public sealed record ClientTls(ITls Provider, TlsClientOptions Options)
{
    /// <summary>
    /// True where a session without TLS is a fault. False tries STARTTLS where it is offered; a peer that does not offer or refuses it
    /// gets the mail in the clear (RFC 7435). A handshake that fails is a fault either way: the caller may come back without TLS.
    /// </summary>
    public bool Required { get; init; }
}
