namespace Tell.Mta.Security;

/// <summary>What a document asks of the session that carries it, beyond what its destination does.</summary>
public enum TlsNeed : byte
{
    /// <summary>Nothing: the policy of the destination decides.</summary>
    Policy,

    /// <summary>A verified session (REQUIRETLS, RFC 8689): aimed at wherever the host can be known for certain.</summary>
    Verified,

    /// <summary>To get through: a report on TLS may not be stopped by the very trouble it reports (RFC 8460 3).</summary>
    Delivery,
}
