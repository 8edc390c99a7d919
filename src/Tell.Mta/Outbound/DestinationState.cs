namespace Tell.Mta.Outbound;

/// <summary>What is known of a next hop (facts: IronPort hoststatus).</summary>
public enum DestinationState : byte
{
    /// <summary>Not tried yet.</summary>
    Unknown,

    /// <summary>The last connection worked.</summary>
    Up,

    /// <summary>No connection worked; it is tried again at <see cref="DestinationStatus.RetryAt"/>.</summary>
    Down,
}
