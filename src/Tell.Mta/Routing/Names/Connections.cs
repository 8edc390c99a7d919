using System.Collections.Frozen;
using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Mta.Routing.Names;

/// <summary>
/// The Connection documents of NAMES. A lookup is synchronous, from the last snapshot; whoever routes by them calls
/// <see cref="RefreshAsync"/> now and then, which costs a comparison while NAMES has not changed. All members may be called concurrently.
/// </summary>
public sealed class Connections
{
    private sealed record Index(ImmutableArray<Connection> Rows, FrozenDictionary<string, Connection> ByDomain);

    private readonly NamesRows<Connection> _rows;
    private volatile Index? _index;

    internal Connections(MtaContext context) => _rows = new NamesRows<Connection>(context, ConnectionFields.Table);

    /// <summary>All of them, also those that are not enabled, by name.</summary>
    public IReadOnlyList<Connection> All => _rows.Current;

    /// <summary>
    /// The enabled connection that carries the mail of a domain: the one that names it, else the one for all domains; null where there is none.
    /// Of two that name the same domain the one whose name comes first in the alphabet.
    /// </summary>
    public Connection? For(Domain domain)
    {
        var (rows, index) = (_rows.Current, _index);
        if (index is null || index.Rows != rows)
            _index = index = Build(rows);
        if (index.ByDomain.Count == 0)
            return null;
        return index.ByDomain.GetValueOrDefault(domain.Name) ?? index.ByDomain.GetValueOrDefault(Connection.AllDomains);
    }

    /// <summary>Reads NAMES again where it has changed.</summary>
    /// <exception cref="Documents.StoreException">NAMES cannot be read; the connections stay as they are.</exception>
    public ValueTask RefreshAsync(CancellationToken cancellation) => _rows.RefreshAsync(cancellation);

    // The rows are in the order of their names.
    private static Index Build(ImmutableArray<Connection> rows) => new(rows, rows
        .Where(row => row.Enabled)
        .SelectMany(row => row.Domains, (row, domain) => (row, domain))
        .DistinctBy(pair => pair.domain)
        .ToFrozenDictionary(pair => pair.domain, pair => pair.row, StringComparer.Ordinal));
}
