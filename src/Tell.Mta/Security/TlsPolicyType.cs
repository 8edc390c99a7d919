namespace Tell.Mta.Security;

/// <summary>Which policy a session was held under (RFC 8460 4.2).</summary>
public enum TlsPolicyType : byte
{
    /// <summary>"no-policy-found".</summary>
    None,

    /// <summary>"tlsa": DANE (RFC 7672).</summary>
    Tlsa,

    /// <summary>"sts": MTA-STS (RFC 8461).</summary>
    Sts,
}
