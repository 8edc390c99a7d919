namespace Tell.Documents;

/// <summary>What an account is of. The numbers are stored: never renumber.</summary>
public enum TrafficKind : byte
{
    /// <summary>A channel: one way in or out of the MTA.</summary>
    Channel = 1,

    /// <summary>A destination: a domain, or a fixed next hop.</summary>
    Destination = 2,
}
