using Tell.Documents;
using Tell.Mta.Routing;

namespace Tell.Mta.Outbound;

/// <summary>
/// One next hop, which any number of domains may share: its lanes, the few documents that it has taken, its sessions, and whether it is up.
/// While it is down its documents are not touched; one failed connection delays all of them and one success frees them (DESIGN 3). It has
/// neither a loop nor a timer of its own: <see cref="DestinationTable"/> begins a step when one is due, and a destination that waits is
/// an entry in an agenda.
/// </summary>
internal sealed partial class Destination
{
    // Whoever gets so much backscatter that it needs more does not want it sooner.
    private const int MostReportConnections = 2;

    private readonly Lock _gate = new();
    private readonly OutboundServices _services;
    private readonly DestinationTable _table;
    private readonly Lanes _lanes = new();
    private readonly Health _health = new();
    private readonly TakenDocuments _taken;
    private readonly ThrottleShare _share;
    private readonly SessionPool _pool;
    private Task _step = Task.CompletedTask;
    private DateTimeOffset _lastWork;
    private bool _stepping, _again;

    public Destination(OutboundServices services, DestinationTable table, Site site, Throttle throttle)
    {
        (_services, _table, Site, Throttle) = (services, table, site, throttle);
        IsForReports = site.Hop.Reports;
        Slots = IsForReports ? services.ReportSlots : services.Slots;
        _taken = new TakenDocuments(services, this);
        _share = new ThrottleShare(services.Context, this);
        _pool = new SessionPool(services, this, _share);
        _lastWork = services.Context.Now;
        if (!IsForReports)
            throttle.MailWaits = HasDueMail;
        Context.Gauges.Destination(1);
    }

    /// <summary>Where its mail goes; found anew for each lane whose lookup has expired, with the same key.</summary>
    public Site Site { get; set; }

    /// <summary>Its name for operators.</summary>
    public string Name => Site.Title;

    /// <summary>True where it has lanes of reports only: what goes to the same hosts as mail, and is not to be in its way (seed 001, notificationchannel).</summary>
    public bool IsForReports { get; }

    /// <summary>The sessions that it shares with others of its kind.</summary>
    public SessionSlots Slots { get; }

    /// <summary>What its hosts got lately, of mail and of reports.</summary>
    public Throttle Throttle { get; }

    /// <summary>The limits in force: those of a domain that has a row of its own, of a fixed host, or of the best exchanger where that has a row; with what its Connection document says.</summary>
    public DestinationLimits Limits
    {
        get
        {
            var limits = Context.Controls.LimitsOf(Site.Name);
            if (Site.Hop.Connection is { } connection)
                limits = connection.Over(limits);
            return IsForReports && limits.Connections > MostReportConnections ? limits with { Connections = MostReportConnections } : limits;
        }
    }

    /// <summary>The decisions by the limits in force.</summary>
    public OutboundOutcome Outcome => _services.OutcomeOf(Limits);

    /// <summary>How it stands.</summary>
    public DestinationStatus Status
    {
        get
        {
            var (sessions, waiting) = _pool.Count;
            lock (_gate)
            {
                return new DestinationStatus(Name, _health.State, sessions, waiting, _health.RetryAt, _health.LastFailure?.Text)
                {
                    Failure = _health.LastFailure,
                    Bears = _pool.Bears,
                    Taken = _taken.Count,
                };
            }
        }
    }

    /// <summary>All that is known of it; asks DNS for its hosts.</summary>
    public async ValueTask<HostStatus> DescribeAsync(CancellationToken cancellation)
    {
        var limits = Limits;
        var lookup = await _services.Hosts.HostsAsync(Site, limits.Addresses, cancellation);
        string[] lanes;
        lock (_gate)
            lanes = [.. _lanes.Names.Union(_taken.Lanes)];
        return new HostStatus(
            Status,
            [.. lanes.Order(StringComparer.Ordinal).Take(HostStatus.MostLanes)],
            lanes.Length,
            [.. lookup.Hosts.Select(host => new KnownHost(host.Name, host.Place, _services.Memory.IsSkipped(host.Endpoint)))],
            lookup.Text,
            limits);
    }

    private MtaContext Context => _services.Context;

    private IQueueStore Queues => _services.Context.Queues;

    private bool IsUp
    {
        get
        {
            lock (_gate)
                return _health.State == DestinationState.Up;
        }
    }

    /// <summary>True where it has had nothing to do since that time, and nothing that it got lately counts for what may still come.</summary>
    public bool IdleSince(DateTimeOffset time)
    {
        lock (_gate)
            return _lanes.Count == 0 && !_stepping && _lastWork < time && _taken.Count == 0 && _pool.Count.Sessions == 0 && !_share.IsUsed;
    }

    /// <summary>True where a lane of it has something to take, now or later.</summary>
    public bool Has(string lane)
    {
        lock (_gate)
            return _lanes.Has(lane);
    }

    /// <summary>Mail of a lane can be taken from that time on. <paramref name="more"/>: other mail of it may be due later.</summary>
    public void Notice(string lane, DateTimeOffset due, bool more = false)
    {
        lock (_gate)
        {
            if (!_lanes.Notice(lane, due, more || due > Context.Now))
                return;
            // While it is down, and its next try is planned, nothing earlier can come of it.
            if (_health.RetryAt is { } retryAt && retryAt > due)
                due = retryAt;
        }
        _table.Plan(this, due);
    }

    /// <summary>It is looked at now.</summary>
    public void Wake() => _table.Plan(this, Context.Now);

    /// <summary>It is tried again now, whatever was found before.</summary>
    public void RetryNow()
    {
        lock (_gate)
            _health.RetryNow();
        Wake();
    }

    /// <summary>Begins a step, or has the one under way followed by another. Only the table calls it, and only from one loop.</summary>
    public void Begin(CancellationToken stop, CancellationToken abort)
    {
        lock (_gate)
        {
            _again = _stepping;
            if (_stepping)
                return;
            _stepping = true;
        }
        _step = RunAsync(stop, abort);
    }

    /// <summary>Ends its sessions and gives back what it has taken. No step is begun after it.</summary>
    public async Task EndAsync(CancellationToken abort)
    {
        await _step;
        var running = _pool.End();
        await EmptyAsync(abort);
        foreach (var session in running)
            await session;
        // A session that found no host has put its document back.
        await EmptyAsync(abort);
        Forget();
    }

    /// <summary>A lane of it leads elsewhere now; without others it is down no longer.</summary>
    public void Vacate()
    {
        bool wasDown;
        lock (_gate)
            wasDown = _lanes.Count == 0 && _health.Forget();
        if (wasDown)
            Context.Gauges.Down(-1);
    }

    /// <summary>It counts no more.</summary>
    public void Forget()
    {
        Context.Gauges.Destination(-1);
        if (_health.State == DestinationState.Down)
            Context.Gauges.Down(-1);
    }

    private async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        while (true)
        {
            var next = await TryStepAsync(stop, abort);
            // A turn that this step had no use for.
            Slots.PassOn();
            bool again;
            lock (_gate)
            {
                again = _again && !stop.IsCancellationRequested;
                (_again, _stepping) = (false, again);
            }
            if (again)
                continue;
            // Outside of the lock: the table asks its destinations whether they are idle while it holds its own.
            if (next is { } time)
                _table.Plan(this, time);
            return;
        }
    }

    // The ladder of a Destination: the store failed, or we are wrong. Its mail and its sessions stay; it looks again in a moment.
    private async ValueTask<DateTimeOffset?> TryStepAsync(CancellationToken stop, CancellationToken abort)
    {
        try
        {
            return await StepAsync(stop, abort);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception fault)
        {
            OutboundLog.Stumbled(_services.Log, fault, Name);
            return Context.Now + OutboundServices.StorePause;
        }
    }

    // One look around; returns when to look again at the latest.
    private async ValueTask<DateTimeOffset?> StepAsync(CancellationToken stop, CancellationToken abort)
    {
        await _taken.RenewAsync(stop);
        while (true)
        {
            var now = Context.Now;
            if (_share.BlockedUntil is { } slot)
            {
                await EmptyAsync(abort);
                return Next(slot, now);
            }
            bool up;
            DateTimeOffset? retryAt;
            lock (_gate)
                (up, retryAt) = (_health.State == DestinationState.Up, _health.RetryAt);
            if (retryAt > now)
            {
                await EmptyAsync(abort);
                return Next(retryAt, now);
            }
            if (Site.Hop.Connection?.OpensAt(now, Context.Time.LocalTimeZone) is { } opens && opens > now)
            {
                await EmptyAsync(abort);
                return Next(opens, now);
            }
            _pool.Dispatch(up, stop, abort);
            if (_pool.StuckUntil(up) is { } until)
            {
                await EmptyAsync(abort);
                return Next(until, now);
            }
            var room = _pool.Room(up);
            string? lane;
            lock (_gate)
                lane = room > 0 ? _lanes.TakeDue(now) : null;
            if (lane is not null && _table.Leads(lane, this))
                await FillAsync(lane, room, stop, abort);
            else if (lane is not null)
                _table.Find(lane, now);
            else if (_share.BlockedUntil is null)
                return LastLook(room, now);
        }
    }

    // True where it could send mail now, as far as anybody but its peer decides.
    private bool HasDueMail(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_health.RetryAt > now)
                return false;
            if (_lanes.Next <= now)
                return true;
        }
        return _pool.Count.Waiting > 0 || _share.BlockedUntil is not null;
    }

    private DateTimeOffset? LastLook(int room, DateTimeOffset now)
    {
        DateTimeOffset? next;
        lock (_gate)
            next = _lanes.Next;
        var stalled = _pool.Count.Waiting > 0 || room == 0 && next is not null ? _pool.NextStall : null;
        if (room == 0)
            next = null;
        return Next(next is null || stalled < next ? stalled : next, now);
    }

    private async ValueTask EmptyAsync(CancellationToken abort)
    {
        foreach (var lease in _pool.Empty())
            await _taken.ReturnAsync(lease, null, abort);
    }

    // What is taken is renewed in time; without anything taken nothing needs a look before the given time.
    private DateTimeOffset? Next(DateTimeOffset? time, DateTimeOffset now)
    {
        if (_taken.Count == 0)
            return time;
        var renewal = now + OutboundServices.RenewAfter / 2;
        return time < renewal ? time : renewal;
    }
}
