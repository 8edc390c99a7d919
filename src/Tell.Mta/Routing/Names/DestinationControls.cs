using System.Collections.Frozen;
using System.Collections.Immutable;
using Tell.Mta.Configuration;
using Tell.Mta.Outbound;

namespace Tell.Mta.Routing.Names;

/// <summary>
/// The destination controls of NAMES (facts: sun-cisco C3). Limits come from the last snapshot, synchronously and without allocating;
/// whoever decides by them calls <see cref="RefreshAsync"/> now and then, which costs a comparison while NAMES has not changed. All members
/// may be called concurrently.
/// </summary>
public sealed class DestinationControls
{
    private sealed record Limits(
        ImmutableArray<DestinationControl> Rows,
        ImmutableArray<BounceProfile> Profiles,
        MtaSettings Settings,
        DestinationLimits Default,
        FrozenDictionary<string, DestinationLimits> ByName,
        ImmutableArray<TimeSpan> Ages);

    private readonly MtaContext _context;
    private readonly NamesRows<DestinationControl> _rows;
    private volatile Limits? _limits;

    internal DestinationControls(MtaContext context)
    {
        _context = context;
        _rows = new NamesRows<DestinationControl>(context, ControlFields.Table);
    }

    /// <summary>The limits of a domain, or of a fixed next hop by its "host:port", in lower case: its row, else DEFAULT, else the settings, for each field.</summary>
    public DestinationLimits LimitsOf(string name)
    {
        var limits = Current;
        return limits.ByName.GetValueOrDefault(name, limits.Default);
    }

    /// <summary>True where a domain, or a fixed next hop, has a row of its own.</summary>
    public bool HasRow(string name) => Current.ByName.ContainsKey(name);

    /// <summary>The ages at which anything can happen to mail for any destination, rising. The same array until something changes.</summary>
    public ImmutableArray<TimeSpan> Ages => Current.Ages;

    /// <summary>Reads NAMES again where it has changed, for the bounce profiles too.</summary>
    /// <exception cref="Documents.StoreException">NAMES cannot be read; the limits stay as they are.</exception>
    public async ValueTask RefreshAsync(CancellationToken cancellation)
    {
        await _context.Profiles.RefreshAsync(cancellation);
        await _rows.RefreshAsync(cancellation);
    }

    private Limits Current
    {
        get
        {
            var (rows, profiles, settings, limits) = (_rows.Current, _context.Profiles.Rows, _context.Settings, _limits);
            // A record would compare settings by value; a new snapshot is a new object.
            if (limits is null || limits.Rows != rows || limits.Profiles != profiles || !ReferenceEquals(limits.Settings, settings))
                _limits = limits = Build(rows, profiles, settings);
            return limits;
        }
    }

    private Limits Build(ImmutableArray<DestinationControl> rows, ImmutableArray<BounceProfile> profiles, MtaSettings settings)
    {
        var all = rows.FirstOrDefault(row => row.Name == DestinationControl.DefaultName);
        var common = DestinationLimits.Of(settings, null, all, _context.Profiles.Find);
        var byName = rows.DistinctBy(row => row.Name)
            .ToFrozenDictionary(row => row.Name, row => DestinationLimits.Of(settings, row, all, _context.Profiles.Find), StringComparer.Ordinal);
        return new Limits(rows, profiles, settings, common, byName, [.. byName.Values.Append(common).SelectMany(limits => limits.Policies.Ages).Distinct().Order()]);
    }
}
