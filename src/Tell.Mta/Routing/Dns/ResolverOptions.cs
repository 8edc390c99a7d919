namespace Tell.Mta.Routing.Dns;

/// <summary>The limits of a resolver.</summary>
public sealed record ResolverOptions
{
    /// <summary>How long one server has for its answer in the first round; twice as long in each further round.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often each server is asked before the lookup has failed.</summary>
    public int Rounds { get; init; } = 2;

    /// <summary>The most answers kept.</summary>
    public int CacheEntries { get; init; } = 10_000;

    /// <summary>The shortest time that an answer is kept, whatever its TTL: a burst of mail asks once.</summary>
    public TimeSpan ShortestTtl { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest time that an answer is kept.</summary>
    public TimeSpan LongestTtl { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The longest time that "no such domain" or "no records" is kept (RFC 2308 5: 1 to 3 hours).</summary>
    public TimeSpan LongestNegativeTtl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a failure is kept, so that a burst of mail asks once (RFC 9520 3.2: 1 second to 5 minutes).</summary>
    public TimeSpan FailureTtl { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most questions under way at a time; more wait for their turn.</summary>
    public int Concurrency { get; init; } = 256;

    /// <summary>True believes the AD bit of the servers: they validate, and the way to them is safe (RFC 6840 5.8).</summary>
    public bool TrustAd { get; init; }

    /// <summary>True asks in mixed case and wants it back, which makes answers harder to forge; servers that do not echo it are asked by TCP.</summary>
    public bool MixedCase { get; init; }
}
