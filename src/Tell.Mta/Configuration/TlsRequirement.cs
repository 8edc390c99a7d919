namespace Tell.Mta.Configuration;

/// <summary>What a destination asks of TLS (facts: IronPort destconfig). DANE and MTA-STS, where the domain publishes them, raise it (RFC 7672, RFC 8461).</summary>
public enum TlsRequirement : byte
{
    /// <summary>TLS where it is offered, with whatever certificate; else in the clear.</summary>
    Preferred,

    /// <summary>No TLS.</summary>
    Off,

    /// <summary>TLS with whatever certificate, or nothing is sent.</summary>
    Required,

    /// <summary>TLS with a certificate that a trusted root vouches for and that has the host's name, or nothing is sent.</summary>
    Verify,
}
