namespace Tell.Smtp.Tls;

/// <summary>The kinds of TLS failures (RFC 8460 4.3).</summary>
public enum TlsFaultKind : byte
{
    /// <summary>The handshake itself failed, or the connection was lost in it: "validation-failure".</summary>
    Handshake,

    /// <summary>"starttls-not-supported": not offered, or refused.</summary>
    NotSupported,

    /// <summary>"certificate-host-mismatch".</summary>
    HostMismatch,

    /// <summary>"certificate-not-trusted".</summary>
    NotTrusted,

    /// <summary>"certificate-expired".</summary>
    Expired,

    /// <summary>"tlsa-invalid": no TLSA record matches.</summary>
    TlsaInvalid,
}
