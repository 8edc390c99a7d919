using System.Collections.Immutable;

namespace Tell.Mta.Security;

/// <summary>The policy of a domain as reports show it (RFC 8460 4.4).</summary>
/// <param name="Type">Which kind.</param>
/// <param name="Domain">The domain that it was applied for; "" where nobody is to be told, as for a host of the operator's own choosing.</param>
public sealed record TlsPolicy(TlsPolicyType Type, string Domain)
{
    /// <summary>Its text: the lines of an MTA-STS policy, or the TLSA records; empty for none.</summary>
    public ImmutableArray<string> Strings { get; init; } = [];

    /// <summary>The patterns of mail exchangers of an MTA-STS policy; empty for others.</summary>
    public ImmutableArray<string> MxPatterns { get; init; } = [];
}
