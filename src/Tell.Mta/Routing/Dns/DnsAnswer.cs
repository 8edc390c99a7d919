using System.Collections.Immutable;

namespace Tell.Mta.Routing.Dns;

/// <summary>The outcome of a lookup.</summary>
/// <param name="Status">What it came to.</param>
/// <param name="Records">The records where there are some; empty otherwise, never default.</param>
/// <param name="Text">One line for a log or history: "2 records", "no such domain", "SERVFAIL from 127.0.0.1:53".</param>
/// <param name="Expires">Until when it holds; for a failure the time of the failure.</param>
public sealed record DnsAnswer<T>(DnsStatus Status, ImmutableArray<T> Records, string Text, DateTimeOffset Expires);
