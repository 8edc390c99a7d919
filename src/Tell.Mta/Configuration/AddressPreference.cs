namespace Tell.Mta.Configuration;

/// <summary>Which addresses of a host are used, and in which order (facts: IronPort ip_sort_pref).</summary>
public enum AddressPreference : byte
{
    /// <summary>IPv6 first, then IPv4.</summary>
    Prefer6,

    /// <summary>IPv4 first, then IPv6.</summary>
    Prefer4,

    /// <summary>IPv6 only.</summary>
    Only6,

    /// <summary>IPv4 only.</summary>
    Only4,
}
