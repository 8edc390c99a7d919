namespace Tell.Mta.Routing.Dns;

/// <summary>What a lookup came to.</summary>
public enum DnsStatus : byte
{
    /// <summary>There are records.</summary>
    Found,

    /// <summary>The name exists and has no record of this type.</summary>
    NoData,

    /// <summary>The name does not exist, or cannot.</summary>
    NoDomain,

    /// <summary>Nobody knows: no server gave a usable answer. Says nothing about the name (invariant 9: defer).</summary>
    Failed,
}
