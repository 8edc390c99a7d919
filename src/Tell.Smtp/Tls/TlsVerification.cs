namespace Tell.Smtp.Tls;

/// <summary>How a server's certificate is, or was, checked.</summary>
public enum TlsVerification : byte
{
    /// <summary>Not at all: any certificate does (opportunistic TLS, RFC 7435).</summary>
    None,

    /// <summary>By a trusted root and the name (RFC 5280, RFC 9525).</summary>
    Pkix,

    /// <summary>By TLSA records (RFC 7672).</summary>
    Dane,
}
