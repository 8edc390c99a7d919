using System.Collections.Immutable;
using System.Net;
using Tell.Mta.Configuration;
using Tell.Mta.Outbound;

namespace Tell.Mta.Routing.Names;

/// <summary>A Connection document (facts: lotus 5.3): how and when mail for some domains leaves.</summary>
/// <param name="Name">The name by which operators know it.</param>
public sealed record Connection(string Name)
{
    /// <summary>What stands for all domains that no other Connection names.</summary>
    public const string AllDomains = "*";

    /// <summary>The destination domains, lower case, or <see cref="AllDomains"/>.</summary>
    public ImmutableArray<string> Domains { get; init; } = [];

    /// <summary>The host that takes the mail; null for the mail exchangers of each domain.</summary>
    public HostPort? RelayHost { get; init; }

    /// <summary>The addresses of ours that its sessions come from; null for those of the destination's limits.</summary>
    public ImmutableArray<IPAddress>? SourceAddresses { get; init; }

    /// <summary>Our name in EHLO; null for that of the destination's limits.</summary>
    public string? HeloName { get; init; }

    /// <summary>When it may be used.</summary>
    public ConnectionSchedule Schedule { get; init; } = ConnectionSchedule.Always;

    /// <summary>False where it counts as if it were not there.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The name for AUTH to the relay host; null for none.</summary>
    public string? User { get; init; }

    /// <summary>The password for it, as it is sent.</summary>
    public string? Password { get; init; }

    /// <summary>When mail for it may next leave: now, or when its schedule opens.</summary>
    public DateTimeOffset OpensAt(DateTimeOffset now, TimeZoneInfo zone) => Schedule.Next(now, zone);

    /// <summary>The limits of a destination with what this connection says about the same things.</summary>
    public DestinationLimits Over(DestinationLimits limits) => SourceAddresses is null && HeloName is null
        ? limits
        : limits with { SourceAddresses = SourceAddresses ?? limits.SourceAddresses, HeloName = HeloName ?? limits.HeloName };

    /// <summary>Its name, and never the password.</summary>
    public override string ToString() => Name;
}
