using System.Collections.Concurrent;
using Tell.Mail;
using Tell.Mta.Routing;

namespace Tell.Mta.Outbound;

/// <summary>
/// All Destinations by their sites, the lanes that lead to them, and when each is to be looked at. A lane is looked up once, and again when
/// the DNS answer has expired and it has mail: then it may lead elsewhere. Look-ups run beside everything else, a bounded number at a time;
/// destinations that wait cost an entry in an agenda, and no loop or timer. Reports have an agenda and look-ups of their own, so that a flood of
/// them does not stand before mail. Safe for concurrent use where a member does not say otherwise.
/// </summary>
internal sealed class DestinationTable
{
    // Answers are used for so long even where DNS forbids to keep them, so that a look-up is of use to the step that asked for it.
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(10);

    private const int MostLookups = 200, MostReportLookups = 10, MostLanes = 10_000;

    private readonly Lock _gate = new();
    private readonly OutboundServices _services;
    private readonly Action _wake;
    private readonly Agenda<Destination> _agenda = new(), _reportAgenda = new();
    private readonly ConcurrentDictionary<string, (Destination Destination, DateTimeOffset Until)> _byLane = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Destination> _byKey = new(StringComparer.Ordinal);
    private readonly Lookups _lookups, _reportLookups;
    private readonly CancellationTokenSource _life = new();

    public DestinationTable(OutboundServices services, Action wake)
    {
        (_services, _wake) = (services, wake);
        _lookups = new Lookups(MostLookups, LookUpAsync, Found, _life.Token);
        _reportLookups = new Lookups(MostReportLookups, LookUpAsync, Found, _life.Token);
    }

    /// <summary>The destinations.</summary>
    public IReadOnlyList<Destination> All
    {
        get
        {
            lock (_gate)
                return [.. _byKey.Values];
        }
    }

    /// <summary>When the next destination is to be looked at; null where none is.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            lock (_gate)
                return _agenda.Next is { } mail && !(_reportAgenda.Next < mail) ? mail : _reportAgenda.Next;
        }
    }

    /// <summary>A destination is looked at at that time, or earlier.</summary>
    public void Plan(Destination destination, DateTimeOffset time)
    {
        bool first;
        lock (_gate)
        {
            var agenda = destination.IsForReports ? _reportAgenda : _agenda;
            var next = agenda.Next;
            first = agenda.Plan(destination, time) && (next is null || time < next);
        }
        if (first)
            _wake();
    }

    /// <summary>The next destination that is to be looked at now, those of mail before those of reports; null where there is none.</summary>
    public Destination? TakeDue(DateTimeOffset now)
    {
        lock (_gate)
            return _agenda.TakeDue(now) ?? _reportAgenda.TakeDue(now);
    }

    /// <summary>Tells the destination of a lane of its mail; false where none is known.</summary>
    public bool TryNotice(string lane, DateTimeOffset due, bool more)
    {
        if (!_byLane.TryGetValue(lane, out var known))
            return false;
        known.Destination.Notice(lane, due, more);
        return true;
    }

    /// <summary>Tells the destination of a lane of its mail, once it is found.</summary>
    public void Notice(string lane, DateTimeOffset due)
    {
        if (!TryNotice(lane, due, more: true))
            Find(lane, due);
    }

    /// <summary>True where a lane leads to a destination, as far as DNS was asked lately and the domain has limits of its own or not.</summary>
    public bool Leads(string lane, Destination destination) =>
        _byLane.TryGetValue(lane, out var known) && known.Destination == destination && known.Until > _services.Context.Now
        && (destination.Site.IsAlone || !_services.Context.Controls.HasRow(ReportLane.MailLane(lane)));

    /// <summary>Where a lane leads; null where that is not known.</summary>
    public Destination? Of(string lane) => _byLane.TryGetValue(lane, out var known) ? known.Destination : null;

    /// <summary>Finds out where a lane leads and tells the destination of its mail.</summary>
    public void Find(string lane, DateTimeOffset due)
    {
        if (NextHop.Of(lane, _services.Context) is not { } hop)
            return;
        if (hop.IsFixed)
        {
            Found(lane, Site.Fixed(hop), due);
            return;
        }
        (hop.Reports ? _reportLookups : _lookups).Ask(lane, due);
    }

    /// <summary>Forgets destinations that had nothing to do since that time, and where lanes led that have no mail.</summary>
    public void Retire(DateTimeOffset since)
    {
        HashSet<Destination> idle;
        lock (_gate)
        {
            idle = [.. _byKey.Values.Where(destination => destination.IdleSince(since))];
            foreach (var destination in idle)
            {
                _byKey.Remove(destination.Site.Key);
                destination.Forget();
            }
            // A relay host that all mail goes through would otherwise remember every domain for ever.
            var crowded = _byLane.Count > MostLanes;
            if (idle.Count == 0 && !crowded)
                return;
            // Under the lock: no step of a destination that is forgotten begins while a lane still leads to it.
            foreach (var lane in _byLane)
            {
                if (idle.Contains(lane.Value.Destination) || crowded && !lane.Value.Destination.Has(lane.Key))
                    _byLane.TryRemove(lane);
            }
        }
    }

    /// <summary>Ends all sessions and look-ups and gives back what was taken. Nothing else is called meanwhile or after it but by what it ends.</summary>
    public async Task EndAsync(CancellationToken abort)
    {
        _life.Cancel();
        var lookups = _lookups.End().Concat(_reportLookups.End());
        var ending = All.Select(destination => destination.EndAsync(abort)).ToList();
        foreach (var task in lookups.Concat(ending))
            await task;
        _life.Dispose();
    }

    // The ladder of a look-up: what DNS cannot tell is a site that fails; only we can be wrong here. The lane is found again at the next look.
    private async ValueTask<Site?> LookUpAsync(string lane)
    {
        try
        {
            var site = NextHop.Of(lane, _services.Context) is { } hop ? await _services.Hosts.SiteAsync(hop, _life.Token) : null;
            // Limits are kept to exactly: a domain that has its own is not mixed with others.
            return _services.Context.Controls.HasRow(ReportLane.MailLane(lane)) ? site?.Alone() : site;
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested)
        {
        }
        catch (Exception fault)
        {
            OutboundLog.Stumbled(_services.Log, fault, lane);
        }
        return null;
    }

    private void Found(string lane, Site site, DateTimeOffset due)
    {
        Destination? destination;
        (Destination? Destination, DateTimeOffset) before;
        lock (_gate)
        {
            if (!_byKey.TryGetValue(site.Key, out destination))
                _byKey[site.Key] = destination = new Destination(_services, this, site, ThrottleOf(site));
            else if (!site.Hop.IsFixed)
                destination.Site = site;
            var soonest = _services.Context.Now + ShortestLife;
            before = _byLane.GetValueOrDefault(lane);
            _byLane[lane] = (destination, site.Expires > soonest ? site.Expires : soonest);
        }
        if (before.Destination is { Site.IsFailure: true } failed && failed != destination)
            failed.Vacate();
        destination.Notice(lane, due, more: true);
    }

    // Under the lock. Mail and reports to one site count together; one of the two that is there remembers for both.
    private Throttle ThrottleOf(Site site) =>
        _byKey.TryGetValue(site.Hop.Reports ? site.MailKey : ReportLane.Prefix + site.MailKey, out var other) ? other.Throttle : new Throttle();
}
