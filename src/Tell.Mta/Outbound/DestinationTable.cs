using System.Collections.Concurrent;
using Tell.Mail;
using Tell.Mta.Routing;

namespace Tell.Mta.Outbound;

/// <summary>
/// All Destinations by their sites, the lanes that lead to them, and when each is to be looked at. A lane is looked up once, and again when
/// the DNS answer has expired and it has mail: then it may lead elsewhere. Look-ups run beside everything else, a bounded number at a time;
/// destinations that wait cost an entry in one agenda, and no loop or timer. Safe for concurrent use where a member does not say otherwise.
/// </summary>
internal sealed class DestinationTable(OutboundServices services, Action wake)
{
    // Answers are used for so long even where DNS forbids to keep them, so that a look-up is of use to the step that asked for it.
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(10);

    private const int MostLookups = 200, MostLanes = 10_000;

    private readonly Lock _gate = new();
    private readonly Agenda<Destination> _agenda = new();
    private readonly ConcurrentDictionary<string, (Destination Destination, DateTimeOffset Until)> _byLane = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Destination> _byKey = new(StringComparer.Ordinal);
    private readonly List<Task> _lookups = [];
    private readonly Dictionary<string, DateTimeOffset> _sought = new(StringComparer.Ordinal);
    private readonly Queue<string> _queued = new();
    private readonly CancellationTokenSource _life = new();
    private int _looking;

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
                return _agenda.Next;
        }
    }

    /// <summary>A destination is looked at at that time, or earlier.</summary>
    public void Plan(Destination destination, DateTimeOffset time)
    {
        bool first;
        lock (_gate)
        {
            var next = _agenda.Next;
            first = _agenda.Plan(destination, time) && (next is null || time < next);
        }
        if (first)
            wake();
    }

    /// <summary>The next destination that is to be looked at now; null where there is none.</summary>
    public Destination? TakeDue(DateTimeOffset now)
    {
        lock (_gate)
            return _agenda.TakeDue(now);
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
        _byLane.TryGetValue(lane, out var known) && known.Destination == destination && known.Until > services.Context.Now
        && (destination.Site.IsAlone || !services.Context.Controls.HasRow(lane));

    /// <summary>Where a lane leads; null where that is not known.</summary>
    public Destination? Of(string lane) => _byLane.TryGetValue(lane, out var known) ? known.Destination : null;

    /// <summary>Finds out where a lane leads and tells the destination of its mail.</summary>
    public void Find(string lane, DateTimeOffset due)
    {
        if (NextHop.Of(lane, services.Context) is not { } hop)
            return;
        if (hop.IsFixed)
        {
            Found(lane, Site.Fixed(hop), due);
            return;
        }
        lock (_gate)
        {
            if (_sought.TryGetValue(lane, out var known))
            {
                _sought[lane] = known < due ? known : due;
                return;
            }
            _sought[lane] = due;
            _queued.Enqueue(lane);
        }
        LookUp();
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
        Task[] lookups;
        _life.Cancel();
        lock (_gate)
        {
            _queued.Clear();
            lookups = [.. _lookups];
        }
        var ending = All.Select(destination => destination.EndAsync(abort)).ToList();
        foreach (var task in lookups.Concat(ending))
            await task;
        _life.Dispose();
    }

    // One more that looks up, where there are not enough of them; each goes on until nothing is left to be looked up.
    private void LookUp()
    {
        lock (_gate)
        {
            if (_looking >= MostLookups)
                return;
            _looking++;
        }
        var task = LookUpAllAsync();
        lock (_gate)
        {
            _lookups.RemoveAll(lookup => lookup.IsCompleted);
            if (!task.IsCompleted)
                _lookups.Add(task);
        }
    }

    private async Task LookUpAllAsync()
    {
        while (true)
        {
            string? lane;
            lock (_gate)
            {
                if (_life.IsCancellationRequested || !_queued.TryDequeue(out lane))
                {
                    _looking--;
                    return;
                }
            }
            await LookUpAsync(lane);
        }
    }

    // The ladder of a look-up: what DNS cannot tell is a site that fails; only we can be wrong here. The lane is found again at the next look.
    private async ValueTask LookUpAsync(string lane)
    {
        Site? site = null;
        try
        {
            site = await services.Hosts.SiteAsync(NextHop.Of(Domain.Parse(lane), services.Context), _life.Token);
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested)
        {
        }
        catch (Exception fault)
        {
            OutboundLog.Stumbled(services.Log, fault, lane);
        }
        DateTimeOffset due;
        lock (_gate)
            _sought.Remove(lane, out due);
        // Limits are kept to exactly: a domain that has its own is not mixed with others.
        if (site is not null)
            Found(lane, services.Context.Controls.HasRow(lane) ? site.Alone() : site, due);
    }

    private void Found(string lane, Site site, DateTimeOffset due)
    {
        Destination? destination;
        (Destination? Destination, DateTimeOffset) before;
        lock (_gate)
        {
            if (!_byKey.TryGetValue(site.Key, out destination))
                _byKey[site.Key] = destination = new Destination(services, this, site);
            else if (!site.Hop.IsFixed)
                destination.Site = site;
            var soonest = services.Context.Now + ShortestLife;
            before = _byLane.GetValueOrDefault(lane);
            _byLane[lane] = (destination, site.Expires > soonest ? site.Expires : soonest);
        }
        if (before.Destination is { Site.IsFailure: true } failed && failed != destination)
            failed.Vacate();
        destination.Notice(lane, due, more: true);
    }
}
