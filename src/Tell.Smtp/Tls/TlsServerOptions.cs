namespace Tell.Smtp.Tls;

/// <summary>What a server brings to a handshake.</summary>
public sealed record TlsServerOptions
{
    /// <summary>The certificates to choose from, by the name that the client asks for. May change while the server runs.</summary>
    public required ITlsCertificates Certificates { get; init; }
}
