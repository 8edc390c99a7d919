using System.Collections.Frozen;
using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Conversion;
using Tell.Mta.Outbound;

namespace Tell.Mta.Routing.Names;

/// <summary>
/// The bounce profiles of NAMES (facts: sun-cisco C5), and what is in force for a document by them, the destination controls and the settings.
/// From the last snapshot, synchronously; <see cref="DestinationControls.RefreshAsync"/> reads them again. All members may be called concurrently.
/// </summary>
public sealed class BounceProfiles
{
    private sealed record Snapshot(
        ImmutableArray<BounceProfile> Rows, MtaSettings Settings, FrozenDictionary<string, BounceProfile> ByName, RetryPolicies Local, ImmutableArray<TimeSpan> LocalAges);

    private readonly MtaContext _context;
    private readonly NamesRows<BounceProfile> _rows;
    private volatile Snapshot? _snapshot;

    internal BounceProfiles(MtaContext context)
    {
        _context = context;
        _rows = new NamesRows<BounceProfile>(context, BounceProfileFields.Table);
    }

    /// <summary>What is in force for mail to local mail files: the profile DEFAULT, then the settings.</summary>
    public RetryPolicies Local => Current.Local;

    /// <summary>What is in force for a waiting document: by its destination in SMTPOBWQ, else as for local mail.</summary>
    public RetryPolicies Of(Document document) => document.Queue == WorkQueue.Outbound ? OfLane(document.Destination) : Local;

    /// <summary>The policy for a waiting document.</summary>
    public RetryPolicy PolicyOf(Document document) => Of(document)[document.Queue == WorkQueue.Outbound ? document.Envelope?.Priority ?? Priority.Normal : MemoItems.PriorityOf(document)];

    /// <summary>Who is told of what becomes of a document in the place of its sender; null for the sender.</summary>
    public Mailbox? ReportToOf(Document document) => Of(document).ReportTo;

    /// <summary>The ages at which anything can happen to documents of a queue, rising. The same array until something changes.</summary>
    public ImmutableArray<TimeSpan> AgesOf(WorkQueue queue) => queue == WorkQueue.Outbound ? _context.Controls.Ages : Current.LocalAges;

    /// <summary>The profiles, by name; a new array where one has changed.</summary>
    internal ImmutableArray<BounceProfile> Rows => _rows.Current;

    /// <summary>The profile of a name, in any case; null where there is none.</summary>
    internal BounceProfile? Find(string name) => Current.ByName.GetValueOrDefault(name);

    internal ValueTask RefreshAsync(CancellationToken cancellation) => _rows.RefreshAsync(cancellation);

    private Snapshot Current
    {
        get
        {
            var (rows, settings, snapshot) = (_rows.Current, _context.Settings, _snapshot);
            if (snapshot is null || snapshot.Rows != rows || !ReferenceEquals(snapshot.Settings, settings))
                _snapshot = snapshot = Build(rows, settings);
            return snapshot;
        }
    }

    // What is said of a domain holds wherever its mail goes next: a relay host takes the mail of many. A lane whose next hop is not known yet, since nothing
    // was sent there lately, has the limits of its domain.
    private RetryPolicies OfLane(string lane)
    {
        var domain = ReportLane.MailLane(lane);
        if (_context.Controls.HasRow(domain))
            return _context.Controls.LimitsOf(domain).Policies;
        var name = _context.DestinationOf(lane)?.Name ?? NextHop.Of(domain, _context)?.Key ?? domain;
        return _context.Controls.LimitsOf(name).Policies;
    }

    private static Snapshot Build(ImmutableArray<BounceProfile> rows, MtaSettings settings)
    {
        var byName = rows.DistinctBy(row => row.Name, StringComparer.OrdinalIgnoreCase).ToFrozenDictionary(row => row.Name, StringComparer.OrdinalIgnoreCase);
        var local = RetryPolicies.Of(RetryLayers.Of(settings, null, null, byName.GetValueOrDefault));
        return new Snapshot(rows, settings, byName, local, [.. local.Ages.Distinct().Order()]);
    }
}
