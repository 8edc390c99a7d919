using System.Collections.Immutable;
using System.Net;
using Tell.Mta.Configuration;

namespace Tell.Mta.Outbound;

/// <summary>The limits in force for one destination: its row, the DEFAULT row and the settings put together.</summary>
public sealed record DestinationLimits
{
    /// <summary>The most connections at a time.</summary>
    public required int Connections { get; init; }

    /// <summary>The most messages over one connection.</summary>
    public required int MessagesPerConnection { get; init; }

    /// <summary>The most recipients in <see cref="RecipientWindow"/>; 0 for no limit.</summary>
    public required int RecipientLimit { get; init; }

    /// <summary>The time in which they are counted.</summary>
    public required TimeSpan RecipientWindow { get; init; }

    /// <summary>What is asked of TLS.</summary>
    public required TlsRequirement Tls { get; init; }

    /// <summary>How long and how often mail of each priority is tried, and who is told.</summary>
    public required RetryPolicies Policies { get; init; }

    /// <summary>The waits between attempts to reach it, and between those of mail of normal priority; at least one.</summary>
    public ImmutableArray<TimeSpan> RetryIntervals => Policies.Normal.Intervals;

    /// <summary>The age at which mail of normal priority is given up.</summary>
    public TimeSpan ExpireAfter => Policies.Normal.ExpireAfter;

    /// <summary>Which addresses are used.</summary>
    public required AddressPreference Addresses { get; init; }

    /// <summary>The addresses of ours that connections come from; empty lets the machine pick.</summary>
    public required ImmutableArray<IPAddress> SourceAddresses { get; init; }

    /// <summary>Our name in EHLO.</summary>
    public required string HeloName { get; init; }

    /// <summary>What becomes of a message whose final reply never came.</summary>
    public required InDoubtPolicy InDoubt { get; init; }

    /// <summary>What the settings alone say, under a row, a DEFAULT row (each null where there is none) and the bounce profiles (null for none).</summary>
    public static DestinationLimits Of(MtaSettings settings, DestinationControl? row = null, DestinationControl? all = null, Func<string, BounceProfile?>? profile = null) => new()
    {
        Connections = row?.Connections ?? all?.Connections ?? settings.ConnectionsPerDestination,
        MessagesPerConnection = row?.MessagesPerConnection ?? all?.MessagesPerConnection ?? settings.MessagesPerConnection,
        RecipientLimit = row?.RecipientLimit ?? all?.RecipientLimit ?? 0,
        RecipientWindow = TimeSpan.FromMinutes(row?.RecipientMinutes ?? all?.RecipientMinutes ?? 60),
        Tls = row?.Tls ?? all?.Tls ?? settings.OutboundTls,
        Policies = RetryPolicies.Of(RetryLayers.Of(settings, row, all, profile ?? (_ => null))),
        Addresses = row?.Addresses ?? all?.Addresses ?? settings.AddressPreference,
        SourceAddresses = row?.SourceAddresses ?? all?.SourceAddresses ?? settings.SourceAddresses,
        HeloName = row?.HeloName ?? all?.HeloName ?? settings.HostName,
        InDoubt = row?.InDoubt ?? all?.InDoubt ?? settings.InDoubt,
    };
}
