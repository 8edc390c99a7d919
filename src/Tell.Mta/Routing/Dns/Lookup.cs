using System.Collections.Immutable;

namespace Tell.Mta.Routing.Dns;

/// <summary>The outcome of one question for one type, CNAMEs followed.</summary>
internal sealed record Lookup(DnsStatus Status, ImmutableArray<DnsRecord> Records, string Text, DateTimeOffset Expires)
{
    /// <summary>True where every server on the way to it claimed to have validated its part (RFC 6840 5.8). Whether to believe it is the resolver's to say.</summary>
    public bool Authentic { get; init; }

    /// <summary>The name at the end of the chain of aliases.</summary>
    public string Name { get; init; } = "";
}
