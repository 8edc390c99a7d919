using System.Collections.Immutable;
using System.Net;
using Tell.Mta.Configuration;

namespace Tell.Mta.Outbound;

/// <summary>
/// One row of the destination controls (facts: sun-cisco C3), as it stands in NAMES: what is null is taken from the DEFAULT row, and what is
/// null there from the settings.
/// </summary>
/// <param name="Name">The domain, "host:port" or "lmtp:..." of a fixed next hop, or "DEFAULT".</param>
public sealed record DestinationControl(string Name)
{
    /// <summary>The name of the row that all others fall back on.</summary>
    public const string DefaultName = "DEFAULT";

    /// <summary>The most connections at a time.</summary>
    public int? Connections { get; init; }

    /// <summary>The most messages over one connection.</summary>
    public int? MessagesPerConnection { get; init; }

    /// <summary>The most recipients in <see cref="RecipientMinutes"/>.</summary>
    public int? RecipientLimit { get; init; }

    /// <summary>The minutes in which they are counted, 1 to 60.</summary>
    public int? RecipientMinutes { get; init; }

    /// <summary>What is asked of TLS.</summary>
    public TlsRequirement? Tls { get; init; }

    /// <summary>The waits between attempts; the last repeats.</summary>
    public ImmutableArray<TimeSpan>? RetryIntervals { get; init; }

    /// <summary>The age at which mail for it is given up.</summary>
    public TimeSpan? ExpireAfter { get; init; }

    /// <summary>The name of the bounce profile of its mail.</summary>
    public string? Profile { get; init; }

    /// <summary>Which addresses of its hosts are used.</summary>
    public AddressPreference? Addresses { get; init; }

    /// <summary>The addresses of ours that its connections come from, at most one of each family (virtual gateway).</summary>
    public ImmutableArray<IPAddress>? SourceAddresses { get; init; }

    /// <summary>Our name in EHLO (virtual gateway).</summary>
    public string? HeloName { get; init; }

    /// <summary>What becomes of a message whose final reply never came.</summary>
    public InDoubtPolicy? InDoubt { get; init; }
}
