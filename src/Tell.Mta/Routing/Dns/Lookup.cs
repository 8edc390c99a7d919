using System.Collections.Immutable;

namespace Tell.Mta.Routing.Dns;

/// <summary>The outcome of one question for one type, CNAMEs followed.</summary>
internal sealed record Lookup(DnsStatus Status, ImmutableArray<DnsRecord> Records, string Text, DateTimeOffset Expires);
