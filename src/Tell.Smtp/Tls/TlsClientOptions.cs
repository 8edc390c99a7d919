using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace Tell.Smtp.Tls;

/// <summary>What a client asks of a handshake.</summary>
public sealed record TlsClientOptions
{
    /// <summary>The name sent as SNI (RFC 6066 3); "" sends none.</summary>
    public required string ServerName { get; init; }

    /// <summary>How the certificate is checked.</summary>
    public TlsVerification Verify { get; init; }

    /// <summary>For Pkix, and for Dane with usage 2: the names of which the certificate must have one ("mx.example.test", "*.example.test" for MTA-STS patterns).</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>For Dane: the records.</summary>
    public ImmutableArray<TlsaRecord> Tlsa { get; init; } = [];

    /// <summary>For Pkix: the roots that are trusted; null for those of the system.</summary>
    public X509Certificate2Collection? Roots { get; init; }
}
