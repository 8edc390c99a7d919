using System.Collections.Frozen;
using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Mta.Routing.Names;

/// <summary>
/// The Connection documents of NAMES, and the Foreign SMTP Domain documents that lead domains to them (facts: lotus 5.3). A lookup is synchronous,
/// from the last snapshot; whoever routes by them calls <see cref="RefreshAsync"/> now and then, which costs a comparison while NAMES has not
/// changed. All members may be called concurrently.
/// </summary>
public sealed class Connections
{
    private sealed record Index(
        ImmutableArray<Connection> All, ImmutableArray<Connection> Rows, ImmutableArray<NamesRecord> Foreign, FrozenDictionary<string, Connection> ByDomain, FrozenDictionary<string, string> Patterns);

    private readonly NamesRows<Connection> _rows;
    private readonly NamesRows<NamesRecord> _foreign;
    private volatile Index? _index;

    internal Connections(MtaContext context) =>
        (_rows, _foreign) = (new NamesRows<Connection>(context, ConnectionFields.Table), new NamesRows<NamesRecord>(context, ForeignDomainFields.Table));

    /// <summary>All of them, also those that are not enabled, by name; a new array where one, or what leads to them, has changed.</summary>
    public ImmutableArray<Connection> All => Current.All;

    /// <summary>
    /// The enabled connection that carries the mail of a domain: what names the domain most exactly counts, at the same exactness a Foreign
    /// SMTP Domain before a Connection; null where there is none. Of two documents that name the same domain the one whose name comes first in
    /// the alphabet. A Foreign SMTP Domain that leads to no enabled Connection counts as if it were not there.
    /// </summary>
    public Connection? For(Domain domain)
    {
        var index = Current;
        if (index.ByDomain.Count == 0)
            return null;
        return Led(index, domain.Name)
            ?? index.ByDomain.GetValueOrDefault(domain.Name)
            ?? (index.Patterns.Count == 0 ? null : Below(index, domain.Name))
            ?? index.ByDomain.GetValueOrDefault(Connection.AllDomains);
    }

    /// <summary>Reads NAMES again where it has changed.</summary>
    /// <exception cref="Documents.StoreException">NAMES cannot be read; the connections stay as they are.</exception>
    public async ValueTask RefreshAsync(CancellationToken cancellation)
    {
        await _rows.RefreshAsync(cancellation);
        await _foreign.RefreshAsync(cancellation);
    }

    private Index Current
    {
        get
        {
            var (rows, foreign, index) = (_rows.Current, _foreign.Current, _index);
            if (index is null || index.Rows != rows || index.Foreign != foreign)
                _index = index = Build(rows, foreign);
            return index;
        }
    }

    // "*.b.test" before "*.test" before "*" for a.b.test; a pattern is not about the domain that it ends with itself.
    private static Connection? Below(Index index, string domain)
    {
        for (var dot = domain.IndexOf('.'); dot >= 0 && !domain.StartsWith('['); dot = domain.IndexOf('.', dot + 1))
        {
            if (Led(index, $"*{domain[dot..]}") is { } found)
                return found;
        }
        return Led(index, Connection.AllDomains);
    }

    private static Connection? Led(Index index, string pattern) =>
        index.Patterns.TryGetValue(pattern, out var routedTo) ? index.ByDomain.GetValueOrDefault(routedTo) : null;

    // The rows are in the order of their names.
    private static Index Build(ImmutableArray<Connection> rows, ImmutableArray<NamesRecord> foreign) => new(
        ImmutableArray.Create(rows.AsSpan()),
        rows,
        foreign,
        rows.Where(row => row.Enabled)
            .SelectMany(row => row.Domains, (row, domain) => (row, domain))
            .DistinctBy(pair => pair.domain)
            .ToFrozenDictionary(pair => pair.domain, pair => pair.row, StringComparer.Ordinal),
        foreign.SelectMany(row => row[ForeignDomainFields.Domains], (row, pattern) => (pattern, routedTo: row[ForeignDomainFields.RoutedTo][0]))
            .DistinctBy(pair => pair.pattern)
            .ToFrozenDictionary(pair => pair.pattern, pair => pair.routedTo, StringComparer.Ordinal));
}
