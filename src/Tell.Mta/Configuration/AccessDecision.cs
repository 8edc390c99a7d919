namespace Tell.Mta.Configuration;

/// <summary>What SMTPMTA_PortAccess decides about a connection.</summary>
public enum AccessDecision : byte
{
    /// <summary>Taken.</summary>
    Accept,

    /// <summary>Refused with 554 instead of a banner.</summary>
    Refuse,

    /// <summary>Taken while the network has fewer sessions than the limit; else 421.</summary>
    Limit,
}
