using System.Collections.Immutable;
using Tell.Smtp.Tls;

namespace Tell.Mta.Security.Dane;

/// <summary>What DNS says of a host's TLSA records (RFC 7672 2.2).</summary>
public sealed record DaneFinding
{
    /// <summary>DANE says nothing: no records, or no certainty about them.</summary>
    public static DaneFinding None { get; } = new();

    /// <summary>The records that can be used; with <see cref="IsMandatory"/> and none of them, TLS is required and nothing verified.</summary>
    public ImmutableArray<TlsaRecord> Records { get; init; } = [];

    /// <summary>True where there are records, usable or not: TLS is required (RFC 7672 2.2).</summary>
    public bool IsMandatory { get; init; }

    /// <summary>The TLSA base domain (RFC 7672 2.2.3): the name for SNI, and the first that a certificate may have.</summary>
    public string BaseDomain { get; init; } = "";

    /// <summary>Why the records cannot be known, so that the host must be passed over; null where they can.</summary>
    public string? Trouble { get; init; }

    /// <summary>The records of a base domain, sorted out.</summary>
    public static DaneFinding Of(string baseDomain, ImmutableArray<TlsaRecord> records) =>
        new() { Records = [.. records.Where(record => record.IsUsable)], IsMandatory = true, BaseDomain = baseDomain };

    /// <summary>A look-up that failed.</summary>
    public static DaneFinding Failed(string trouble) => new() { Trouble = trouble };
}
