using System.Collections.Immutable;
using Tell.Mail;
using Tell.Mta.Routing.Dns;

namespace Tell.Mta.Routing;

/// <summary>
/// What a domain's mail leads to: a fixed host or LMTP server, or a set of mail exchangers that any number of domains may share. Domains with the same
/// <see cref="Key"/> share a Destination. The same hosts are another site for reports.
/// </summary>
public sealed record Site
{
    /// <summary>The most exchangers that are used: an attempt must have an end, however many a domain names.</summary>
    public const int MostExchangers = 20;

    // What a Connection document says is about its domains, and not about others with the same exchangers.
    private Site(string key, string name, NextHop hop) =>
        (MailKey, Name, Hop) = (hop.Connection is { } connection ? $"{key} of {connection.Name}" : key, name, hop);

    /// <summary>Equal for domains with the same exchangers at the same preferences and the same Connection document; another for reports.</summary>
    public string Key => Hop.Reports ? ReportLane.Prefix + MailKey : MailKey;

    /// <summary>The key of the site that takes mail at the same hosts: the two have one limit of recipients.</summary>
    public string MailKey { get; private init; }

    /// <summary>The name of its hosts: "host:port", "lmtp:...", the best exchangers, or the domain where there are none. Limits go by it.</summary>
    public string Name { get; private init; }

    /// <summary>The name for operators: that of its hosts, or "reports to" them.</summary>
    public string Title => Hop.Reports ? $"reports to {Name}" : Name;

    /// <summary>The next hop that it was found for first.</summary>
    public NextHop Hop { get; }

    /// <summary>The exchangers, by preference and name, the first <see cref="MostExchangers"/>; empty for a fixed host, and where none were found.</summary>
    public ImmutableArray<MxRecord> Exchangers { get; private init; } = [];

    /// <summary>Why there are none: class 5 will not get better by waiting, class 4 may; no status where all is well.</summary>
    public EnhancedStatus Status { get; private init; }

    /// <summary>The same in words, one line.</summary>
    public string Text { get; private init; } = "";

    /// <summary>Until when this holds.</summary>
    public DateTimeOffset Expires { get; private init; } = DateTimeOffset.MaxValue;

    /// <summary>True where mail can only wait or be given back.</summary>
    public bool IsFailure => !Status.IsNone;

    /// <summary>True where the domain shares it with no other.</summary>
    public bool IsAlone => Name == Hop.Key;

    /// <summary>The same for this domain alone: it has limits of its own.</summary>
    public Site Alone() => IsAlone ? this : this with { MailKey = $"{Hop.Key} {MailKey}", Name = Hop.Key };

    /// <summary>A host that settings or the address itself name.</summary>
    public static Site Fixed(NextHop hop) => new(hop.Key, hop.Key, hop);

    /// <summary>The exchangers of a domain.</summary>
    public static Site Found(NextHop hop, ImmutableArray<MxRecord> exchangers, DateTimeOffset expires)
    {
        ImmutableArray<MxRecord> sorted = [.. exchangers.Distinct().OrderBy(record => record.Preference).ThenBy(record => record.Host, StringComparer.Ordinal).Take(MostExchangers)];
        var best = sorted.Where(record => record.Preference == sorted[0].Preference).Select(record => record.Host).ToArray();
        // A key holds a space and a domain never does: a site and a domain without exchangers are never taken for one another.
        return new Site(string.Join(',', sorted.Select(record => $"{record.Preference} {record.Host}")), NameOf(best), hop) { Exchangers = sorted, Expires = expires };
    }

    /// <summary>Nothing was found; the domain is a site of its own until that changes.</summary>
    public static Site Failed(NextHop hop, EnhancedStatus status, string text, DateTimeOffset expires) =>
        new(hop.Key, hop.Key, hop) { Status = status, Text = text, Expires = expires };

    /// <summary>One name for equal exchangers: "(a|b).mx.test" for a.mx.test and b.mx.test; where they share no end, the first.</summary>
    internal static string NameOf(IReadOnlyList<string> hosts)
    {
        if (hosts.Count == 1)
            return hosts[0];
        var firsts = hosts.Select(host => host.Split('.', 2)).ToArray();
        return firsts.All(parts => parts.Length == 2 && parts[1] == firsts[0][1])
            ? $"({string.Join('|', firsts.Select(parts => parts[0]))}).{firsts[0][1]}"
            : hosts[0];
    }
}
