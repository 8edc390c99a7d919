namespace Tell.Mta.Routing;

/// <summary>Where a mailbox lives.</summary>
public enum LocalityKind : byte
{
    /// <summary>Not in a local domain and no Person's address: to be relayed, if at all.</summary>
    Elsewhere,

    /// <summary>It has a mail file here, or what its Person document names in its place.</summary>
    Local,

    /// <summary>In a local domain, but not in the address book.</summary>
    Unknown,

    /// <summary>A Group document: its members are meant.</summary>
    Group,
}
