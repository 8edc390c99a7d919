namespace Tell.Smtp.Tls;

/// <summary>What two sides agreed on.</summary>
/// <param name="Protocol">"TLSv1.2" or "TLSv1.3".</param>
/// <param name="Cipher">The cipher suite by its IANA name, "TLS_AES_256_GCM_SHA384".</param>
public sealed record TlsFacts(string Protocol, string Cipher)
{
    /// <summary>The name that the client asked for (SNI, RFC 6066 3); null for none.</summary>
    public string? ServerName { get; init; }

    /// <summary>How the other side's certificate was checked.</summary>
    public TlsVerification Verified { get; init; }

    /// <summary>The tls-server-end-point channel binding (RFC 5929 4), for SCRAM-SHA-256-PLUS; empty where there is none.</summary>
    public ReadOnlyMemory<byte> ServerEndPoint { get; init; }

    /// <summary>"TLSv1.3 TLS_AES_256_GCM_SHA384".</summary>
    public override string ToString() => $"{Protocol} {Cipher}";
}
