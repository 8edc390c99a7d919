using System.Collections.Immutable;

namespace Tell.Mta.Outbound;

/// <summary>All that is known of one Destination (facts: IronPort hoststatus).</summary>
/// <param name="Destination">How it stands.</param>
/// <param name="Lanes">Domains whose mail waits for it, at most <see cref="MostLanes"/>, by name.</param>
/// <param name="LaneCount">How many such domains there are.</param>
/// <param name="Hosts">Its hosts in an order in which they may be tried.</param>
/// <param name="Trouble">Why there are none; "" where there are.</param>
/// <param name="Limits">The limits in force for it.</param>
public sealed record HostStatus(
    DestinationStatus Destination, ImmutableArray<string> Lanes, int LaneCount, ImmutableArray<KnownHost> Hosts, string Trouble, DestinationLimits Limits)
{
    /// <summary>The most domains that are listed.</summary>
    public const int MostLanes = 20;
}
