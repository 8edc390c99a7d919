using System.Collections.Immutable;

namespace Tell.Mta.Routing.Dns;

/// <summary>The outcome of a lookup.</summary>
/// <param name="Status">What it came to.</param>
/// <param name="Records">The records where there are some; empty otherwise, never default.</param>
/// <param name="Text">One line for a log or history: "2 records", "no such domain", "SERVFAIL from 127.0.0.1:53".</param>
/// <param name="Expires">Until when it holds; a failure only for seconds.</param>
public sealed record DnsAnswer<T>(DnsStatus Status, ImmutableArray<T> Records, string Text, DateTimeOffset Expires)
{
    /// <summary>True where the answer, with every alias on the way to it, was validated by DNSSEC (RFC 4033 5) and the servers are trusted to say so.</summary>
    public bool Secure { get; init; }

    /// <summary>The name that has the records, behind all aliases; the name that was asked for where there are none.</summary>
    public string Name { get; init; } = "";
}
