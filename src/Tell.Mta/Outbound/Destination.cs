using Tell.Documents;
using Tell.Mta.Controller;
using Tell.Mta.Routing;
using Tell.Smtp.Client;

namespace Tell.Mta.Outbound;

/// <summary>
/// One next hop: its lanes, its window of taken documents, its sessions, and whether it is up. While it is down its documents are not
/// touched; one failed connection delays all of them and one success frees them (DESIGN 3). A window is never larger than what its
/// sessions can soon carry, whatever the backlog (invariant 4).
/// </summary>
internal sealed partial class Destination : IDisposable
{
    private readonly Lock _gate = new();
    private readonly OutboundServices _services;
    private readonly Signal _wake;
    private readonly CancellationTokenSource _close = new();
    private readonly Dictionary<string, DateTimeOffset> _lanes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _someLater = new(StringComparer.Ordinal);
    private readonly Dictionary<Unid, (Lease Lease, DateTimeOffset Since)> _held = [];
    private readonly Queue<Lease> _window = new();
    private readonly List<OutboundHandler> _idle = [];
    private readonly Dictionary<OutboundHandler, Task> _handlers = [];
    private DestinationState _state;
    private int _failures, _ceiling = int.MaxValue;
    private DateTimeOffset? _retryAt;
    private string? _lastError;
    private DateTimeOffset _lastWork;

    public Destination(OutboundServices services, NextHop hop)
    {
        _services = services;
        Hop = hop;
        _wake = new Signal(services.Context.Time);
        _lastWork = services.Context.Now;
        services.Context.Gauges.Destination(1);
    }

    /// <summary>Where its mail goes.</summary>
    public NextHop Hop { get; }

    /// <summary>Its name for operators.</summary>
    public string Name => Hop.Key;

    /// <summary>How it stands.</summary>
    public DestinationStatus Status
    {
        get
        {
            lock (_gate)
                return new DestinationStatus(Name, _state, _handlers.Count, _window.Count, _retryAt, _lastError);
        }
    }

    private MtaContext Context => _services.Context;

    private IQueueStore Queues => _services.Context.Queues;

    /// <summary>True where it has had nothing to do since that time.</summary>
    public bool IdleSince(DateTimeOffset time)
    {
        lock (_gate)
            return _lanes.Count == 0 && _held.Count == 0 && _handlers.Count == 0 && _lastWork < time;
    }

    /// <summary>Mail of a lane can be taken from that time on. <paramref name="more"/>: other mail of it may be due later.</summary>
    public void Notice(string lane, DateTimeOffset due, bool more = false)
    {
        lock (_gate)
        {
            if (more || due > Context.Now)
                _someLater.Add(lane);
            if (_lanes.TryGetValue(lane, out var known) && known <= due)
                return;
            _lanes[lane] = due;
        }
        _wake.Set();
    }

    /// <summary>It is tried again now, whatever was found before.</summary>
    public void RetryNow()
    {
        lock (_gate)
            _retryAt = null;
        _wake.Set();
    }

    /// <summary>Its loop: takes what is due while there is room, and sees that sessions carry it. Ends when stopped, after its sessions have.</summary>
    public async Task RunAsync(CancellationToken stopAll)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopAll, _close.Token);
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, Context.Time);
        var stop = ending.Token;
        try
        {
            while (true)
            {
                await _wake.WaitAsync(await StepAsync(stop, abort.Token), stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            abort.CancelAfter(OutboundServices.Grace);
            await EndAsync();
        }
    }

    /// <summary>Ends its loop.</summary>
    public void Close() => _close.Cancel();

    /// <summary>Ends its timer.</summary>
    public void Dispose()
    {
        _close.Dispose();
        Context.Gauges.Destination(-1);
        if (_state == DestinationState.Down)
            Context.Gauges.Down(-1);
        _wake.Dispose();
    }

    // One look around; returns when to look again at the latest.
    private async ValueTask<DateTimeOffset?> StepAsync(CancellationToken stop, CancellationToken abort)
    {
        await RenewAsync(stop);
        while (true)
        {
            string? lane;
            int room;
            var now = Context.Now;
            lock (_gate)
            {
                if (_retryAt is { } retryAt && retryAt > now)
                    return retryAt;
                room = Room();
                lane = room > 0 ? DueLane(now) : null;
            }
            if (lane is null)
            {
                Dispatch(stop, abort);
                lock (_gate)
                    return NextLook(now);
            }
            var taken = await Queues.TakeAsync(WorkQueue.Outbound, lane, room, OutboundServices.LeaseLength, stop);
            await OfferAsync(taken);
            if (taken.Count < room)
                await AskNextAsync(lane, stop);
            Dispatch(stop, abort);
        }
    }

    // The lane had less than there was room for: what waits in it is due later, if anything is.
    private async ValueTask AskNextAsync(string lane, CancellationToken stop)
    {
        lock (_gate)
        {
            _lanes.Remove(lane);
            if (!_someLater.Remove(lane))
                return;
        }
        // Asked after the removal: a hint that comes in between is not lost, since Notice keeps the earlier time.
        if (await Queues.NextDueAsync(WorkQueue.Outbound, lane, stop) is { } due)
            Notice(lane, due, more: true);
    }

    private async ValueTask OfferAsync(IReadOnlyList<Lease> taken)
    {
        var now = Context.Now;
        var outcome = _services.Outcome;
        foreach (var lease in taken)
        {
            if (outcome.ExpiresAt(lease.Document) <= now)
            {
                await SettleAsync(outcome.GiveUp(lease), CancellationToken.None);
                continue;
            }
            lock (_gate)
            {
                _held[lease.Document.Id] = (lease, now);
                _window.Enqueue(lease);
            }
        }
    }

    private async ValueTask RenewAsync(CancellationToken stop)
    {
        var now = Context.Now;
        List<Lease>? old = null;
        lock (_gate)
        {
            foreach (var (lease, since) in _held.Values)
            {
                if (now - since > OutboundServices.RenewAfter)
                    (old ??= []).Add(lease);
            }
        }
        foreach (var lease in old ?? [])
        {
            if (await Queues.RenewAsync(lease, OutboundServices.LeaseLength, stop))
            {
                lock (_gate)
                {
                    if (_held.ContainsKey(lease.Document.Id))
                        _held[lease.Document.Id] = (lease, now);
                }
            }
        }
    }

    private async ValueTask SettleAsync(Settlement settlement, CancellationToken abort)
    {
        var document = settlement.Lease.Document;
        try
        {
            if (await _services.SettleAsync(settlement, abort))
                TransferFacts.Write(Context.Transfers, settlement);
            else
                OutboundLog.LeaseLost(_services.Log, document.Id);
        }
        finally
        {
            lock (_gate)
            {
                _held.Remove(document.Id);
                _lastWork = Context.Now;
            }
        }
    }

    private async ValueTask EndAsync()
    {
        Task[] running;
        List<Lease> left;
        lock (_gate)
        {
            foreach (var handler in _handlers.Keys)
                handler.Wake();
            running = [.. _handlers.Values];
            left = [.. _window];
            _window.Clear();
        }
        foreach (var lease in left)
            await ReturnAsync(lease, null);
        foreach (var task in running)
            await task;
    }

    private int Limit => Math.Max(1, Math.Min(_state == DestinationState.Up ? Context.Settings.ConnectionsPerDestination : 1, _ceiling));

    private int Room() => _retryAt is null || _window.Count == 0 ? Math.Max(0, WindowSize - _window.Count) : 0;

    // While it is not known to be up, one document is enough to find out.
    private int WindowSize => _state == DestinationState.Up ? Math.Max(2 * Limit, 8) : 1;

    private string? DueLane(DateTimeOffset now)
    {
        foreach (var (lane, due) in _lanes)
        {
            if (due <= now)
                return lane;
        }
        return null;
    }

    private DateTimeOffset NextLook(DateTimeOffset now)
    {
        var next = now + OutboundServices.RenewAfter / 2;
        // Documents that wait although a session more is allowed: the open ones may be slow.
        if (_window.Count > 0 && _handlers.Count < Limit)
            next = now + TimeSpan.FromMilliseconds(100);
        if (Room() > 0)
        {
            foreach (var due in _lanes.Values)
            {
                if (due < next)
                    next = due;
            }
        }
        return next;
    }
}
