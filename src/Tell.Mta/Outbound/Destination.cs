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
    private readonly Lanes _lanes = new();
    private readonly Dictionary<Unid, (Lease Lease, DateTimeOffset Since)> _held = [];
    private readonly Queue<Lease> _window = new();
    private readonly List<OutboundHandler> _idle = [];
    private readonly Dictionary<OutboundHandler, Task> _handlers = [];
    private DestinationState _state;
    private int _failures, _ceiling = int.MaxValue;
    private DateTimeOffset? _retryAt;
    private string? _lastError;
    private DateTimeOffset _lastWork;
    private bool _proven, _freed;

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
            if (!_lanes.Notice(lane, due, more || due > Context.Now))
                return;
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
                await _wake.WaitAsync(await TryStepAsync(stop, abort.Token), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            abort.CancelAfter(OutboundServices.Grace);
            await EndAsync(abort.Token);
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

    // The ladder of a Destination: the store failed, or we are wrong. Its mail and its sessions stay; it looks again in a moment.
    private async ValueTask<DateTimeOffset?> TryStepAsync(CancellationToken stop, CancellationToken abort)
    {
        try
        {
            return await StepAsync(stop, abort);
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            OutboundLog.Stumbled(_services.Log, fault, Name);
            await Task.Delay(OutboundServices.StorePause, Context.Time, stop);
            return Context.Now;
        }
    }

    // One look around; returns when to look again at the latest.
    private async ValueTask<DateTimeOffset?> StepAsync(CancellationToken stop, CancellationToken abort)
    {
        await RenewAsync(stop);
        await FreeAsync(stop);
        while (true)
        {
            string? lane;
            int room;
            var now = Context.Now;
            lock (_gate)
            {
                if (_retryAt is { } retryAt && retryAt > now)
                    return Earlier(retryAt, now + OutboundServices.RenewAfter / 2);
                room = Room();
                lane = room > 0 ? _lanes.TakeDue(now) : null;
            }
            if (lane is not null)
                await FillAsync(lane, room, stop, abort);
            Dispatch(stop, abort);
            lock (_gate)
            {
                if (lane is null)
                    return NextLook(now);
            }
        }
    }

    // The lane is out of the list while it is asked, so that a hint of what came just too late for the answer is news.
    private async ValueTask FillAsync(string lane, int room, CancellationToken stop, CancellationToken abort)
    {
        var (asked, answered) = (Context.Now, false);
        try
        {
            var taken = await Queues.TakeAsync(WorkQueue.Outbound, lane, room, OutboundServices.LeaseLength, stop);
            await OfferAsync(taken, abort);
            answered = taken.Count < room;
            if (answered && TakeLater(lane) && await NextDueAsync(lane, stop) is { } due)
                Remember(lane, due, more: true);
        }
        finally
        {
            if (!answered)
                Remember(lane, asked, more: false);
        }
    }

    private async ValueTask<DateTimeOffset?> NextDueAsync(string lane, CancellationToken stop)
    {
        try
        {
            return await Queues.NextDueAsync(WorkQueue.Outbound, lane, stop);
        }
        catch (StoreException)
        {
            Remember(lane, Context.Now, more: true);
            throw;
        }
    }

    private bool TakeLater(string lane)
    {
        lock (_gate)
            return _lanes.TakeLater(lane);
    }

    private void Remember(string lane, DateTimeOffset due, bool more)
    {
        lock (_gate)
            _lanes.Notice(lane, due, more);
    }

    // After a failure all waiting mail was put off; now that the destination is up it is due.
    private async ValueTask FreeAsync(CancellationToken stop)
    {
        string[] lanes;
        lock (_gate)
        {
            if (!_freed)
                return;
            _freed = false;
            lanes = [.. _lanes.Names.Union(_held.Values.Select(held => held.Lease.Document.Destination))];
        }
        foreach (var lane in lanes)
            await Queues.MakeDueAsync(WorkQueue.Outbound, lane, stop);
    }

    private async ValueTask OfferAsync(IReadOnlyList<Lease> taken, CancellationToken abort)
    {
        var now = Context.Now;
        var outcome = _services.Outcome;
        List<Lease>? old = null;
        lock (_gate)
        {
            foreach (var lease in taken)
            {
                if (outcome.ExpiresAt(lease.Document) <= now)
                {
                    (old ??= []).Add(lease);
                    continue;
                }
                _held[lease.Document.Id] = (lease, now);
                _window.Enqueue(lease);
            }
        }
        foreach (var lease in old ?? [])
            await SettleAsync(outcome.GiveUp(lease), abort);
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

    private async ValueTask EndAsync(CancellationToken abort)
    {
        Task[] running;
        lock (_gate)
        {
            foreach (var handler in _handlers.Keys)
                handler.Wake();
            running = [.. _handlers.Values];
        }
        await EmptyWindowAsync(abort);
        foreach (var task in running)
            await task;
        // A session that found no host has put its document back.
        await EmptyWindowAsync(abort);
    }

    private async ValueTask EmptyWindowAsync(CancellationToken abort)
    {
        List<Lease> left;
        lock (_gate)
        {
            left = [.. _window];
            _window.Clear();
        }
        foreach (var lease in left)
            await ReturnAsync(lease, null, abort);
    }

    private int Limit => Math.Max(1, Math.Min(_state == DestinationState.Up ? Context.Settings.ConnectionsPerDestination : 1, _ceiling));

    private int Room() => _retryAt is null || _window.Count == 0 ? Math.Max(0, WindowSize - _window.Count) : 0;

    // While it is not known to be up, one document is enough to find out.
    private int WindowSize => _state == DestinationState.Up ? Math.Max(2 * Limit, 8) : 1;

    private DateTimeOffset NextLook(DateTimeOffset now)
    {
        var renewal = now + OutboundServices.RenewAfter / 2;
        return Room() > 0 && _lanes.Next is { } due ? Earlier(due, renewal) : renewal;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
