using Tell.Documents;

namespace Tell.Mta.Outbound;

/// <summary>
/// The sessions of one Destination and the few documents that wait for them: open sessions first, new ones while documents wait behind
/// each of them, as many as the peer bears and the limits allow; in the place of one in which the peer owes a reply for long, another. Safe for concurrent use.
/// </summary>
internal sealed class SessionPool(OutboundServices services, Destination destination, ThrottleShare share)
{
    private readonly Lock _gate = new();
    private readonly Concurrency _concurrency = new();
    private readonly SpareSessions _spare = new();
    private readonly LinkedList<Lease> _window = new();
    private readonly List<OutboundHandler> _idle = [];
    private readonly Dictionary<OutboundHandler, Task> _handlers = [];
    private DateTimeOffset _answered = DateTimeOffset.MinValue;

    /// <summary>How many sessions there are, and how many documents wait for one.</summary>
    public (int Sessions, int Waiting) Count
    {
        get
        {
            lock (_gate)
                return (_handlers.Count, _window.Count);
        }
    }

    /// <summary>The sessions that the peer is taken to bear.</summary>
    public int Bears
    {
        get
        {
            lock (_gate)
                return _concurrency.Window;
        }
    }

    /// <summary>
    /// How many documents are worth taking now. While it is not known to be up, one is enough to find out; else what its sessions can soon
    /// carry, whatever the backlog (invariant 4).
    /// </summary>
    public int Room(bool up)
    {
        var limits = destination.Limits;
        lock (_gate)
        {
            if (_handlers.Count == 0 && !destination.Slots.IsFree(destination))
                return 0;
            var busy = _handlers.Count - _idle.Count;
            if (!up)
                return Math.Max(0, (busy == 0 ? 1 : Allowed(1, limits)) - _window.Count - busy);
            // A session in the place of others that stall is not known to be better than they are.
            var room = (AllStall(limits) ? 1 : Math.Max(2 * Most(limits), 8)) - _window.Count;
            return Math.Max(0, Math.Min(room, share.Free(limits) - _window.Count));
        }
    }

    /// <summary>
    /// When another session may be opened, where the peer stalls in all that there are: documents have nothing to wait for before that. MaxValue: not
    /// before one of them goes on. Null where one goes on, or can be opened.
    /// </summary>
    public DateTimeOffset? StuckUntil(bool up)
    {
        var limits = destination.Limits;
        lock (_gate)
        {
            var bears = Bearing(up, limits);
            if (_handlers.Count < bears || !AllStall(limits, bears))
                return null;
            if (_handlers.Count < Allowed(bears, limits))
                return destination.Slots.IsFree(destination) ? null : DateTimeOffset.MaxValue;
            return _handlers.Count < limits.Connections ? _spare.Next : DateTimeOffset.MaxValue;
        }
    }

    /// <summary>When the next of the sessions will have stalled, or the next may be opened in the place of one: where documents wait, they are looked at then.</summary>
    public DateTimeOffset? NextStall
    {
        get
        {
            var now = services.Context.Now;
            DateTimeOffset? next = null;
            lock (_gate)
            {
                foreach (var handler in _handlers.Keys)
                {
                    var left = OutboundServices.Patience - handler.Stalled;
                    var time = left > TimeSpan.Zero ? now + left : _spare.Next;
                    if (time > now && !(next <= time))
                        next = time;
                }
            }
            return next;
        }
    }

    /// <summary>Documents that wait for a session.</summary>
    public void Offer(Lease lease)
    {
        lock (_gate)
            _window.AddLast(lease);
    }

    /// <summary>A document that got no session: it is the next.</summary>
    public void PutBack(Lease lease)
    {
        lock (_gate)
            _window.AddFirst(lease);
    }

    /// <summary>Takes all documents that wait.</summary>
    public List<Lease> Empty()
    {
        lock (_gate)
        {
            var left = _window.ToList();
            _window.Clear();
            return left;
        }
    }

    /// <summary>
    /// The next document for a session that has carried one; null where there is none, and the session counts as idle then, or where the
    /// peer bears fewer sessions, and it is to end: see <paramref name="surplus"/>. Low: few documents wait.
    /// </summary>
    public (Lease? Lease, bool Low) Next(OutboundHandler handler, out bool surplus)
    {
        var limits = destination.Limits;
        lock (_gate)
        {
            // Who needs a new connection, and so a new place among those of all destinations, goes to the end of the line for it.
            surplus = _handlers.Count > Most(limits) && _handlers.Count > Allowed(Most(limits), limits) || !handler.IsUsable && destination.Slots.AreWanted;
            if (surplus)
                return (null, false);
            var lease = FirstMayGo(limits) ? TryTake(limits) : null;
            if (lease is null)
                _idle.Add(handler);
            return (lease, lease is null || _window.Count <= Most(limits));
        }
    }

    /// <summary>A session stops waiting for work.</summary>
    public void NoLongerIdle(OutboundHandler handler)
    {
        lock (_gate)
            _idle.Remove(handler);
    }

    /// <summary>A session has ended.</summary>
    public void Ended(OutboundHandler handler)
    {
        lock (_gate)
        {
            _idle.Remove(handler);
            _handlers.Remove(handler);
        }
        destination.Slots.Release();
    }

    /// <summary>True where another session than this one is with the peer, or had the peer's answer for a message since this one began to open.</summary>
    public bool OthersWell(OutboundHandler handler)
    {
        lock (_gate)
            return _answered > handler.Began || _handlers.Keys.Any(other => other != handler && other.IsOpen);
    }

    /// <summary>The peer has answered for a message.</summary>
    public void Succeeded()
    {
        var limit = destination.Limits.Connections;
        lock (_gate)
        {
            _answered = services.Context.Now;
            if (_handlers.Count > _concurrency.Window)
                _spare.Reset();
            _concurrency.Succeeded(limit);
        }
    }

    /// <summary>
    /// A session could not be opened. True where that was one in the place of others that are still under way, and soon found out: the end of those says more of the
    /// peer.
    /// </summary>
    public bool WasSpare(OutboundHandler handler, bool up)
    {
        var limits = destination.Limits;
        lock (_gate)
            return _handlers.Count > Bearing(up, limits) && services.Context.Now - handler.Began < OutboundServices.Patience;
    }

    /// <summary>A connection went wrong; true where too many have.</summary>
    public bool Failed()
    {
        var limit = destination.Limits.Connections;
        lock (_gate)
            return _concurrency.Failed(limit);
    }

    /// <summary>The destination is down.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _concurrency.Reset();
            _spare.Reset();
        }
    }

    /// <summary>Gives the documents that wait to sessions.</summary>
    public void Dispatch(bool up, CancellationToken stop, CancellationToken abort)
    {
        var limits = destination.Limits;
        while (true)
        {
            OutboundHandler fresh;
            Lease lease;
            lock (_gate)
            {
                if (stop.IsCancellationRequested || _window.Count == 0)
                    return;
                var needed = _idle.Count == 0;
                var bears = Bearing(up, limits);
                var spare = needed && _handlers.Count >= bears;
                if (spare && _handlers.Count >= Allowed(bears, limits) || !FirstMayGo(limits) || needed && !destination.Slots.TryTake(destination))
                    return;
                if (TryTake(limits) is not { } next)
                {
                    if (needed)
                        destination.Slots.Return();
                    return;
                }
                if (!needed)
                {
                    // The one that became idle last: the others may then close.
                    var handler = _idle[^1];
                    _idle.RemoveAt(_idle.Count - 1);
                    handler.Assign(next);
                    continue;
                }
                if (spare)
                    _spare.Opened(services.Context.Now);
                lease = next;
                fresh = new OutboundHandler(services, destination);
                _handlers[fresh] = Task.CompletedTask;
            }
            var run = fresh.RunAsync(lease, stop, abort);
            lock (_gate)
            {
                if (_handlers.ContainsKey(fresh))
                    _handlers[fresh] = run;
            }
        }
    }

    /// <summary>Ends what waits for work, and gives the tasks of all sessions.</summary>
    public Task[] End()
    {
        lock (_gate)
        {
            foreach (var handler in _handlers.Keys)
                handler.Wake();
            return [.. _handlers.Values];
        }
    }

    private int Most(DestinationLimits limits) => Math.Max(1, Math.Min(limits.Connections, _concurrency.Window));

    // Until a message got as far as a reply, one session finds out.
    private int Bearing(bool up, DestinationLimits limits) => up ? Most(limits) : 1;

    private int Allowed(int bears, DestinationLimits limits) =>
        _spare.Most(bears, limits.Connections, _handlers.Count, _handlers.Keys.Count(handler => handler.Stalled >= OutboundServices.Patience), services.Context.Now);

    private bool AllStall(DestinationLimits limits, int? bears = null) =>
        _idle.Count == 0 && _handlers.Count >= (bears ?? Most(limits)) && _handlers.Keys.All(handler => handler.Stalled >= OutboundServices.Patience);

    // True where there is a first document and the throttle lets it go now.
    private bool FirstMayGo(DestinationLimits limits) => _window.First is { Value: var first } && share.Allows(RecipientsOf(first), limits);

    // The first document, which may go; null where the throttle, which is not this destination's alone, has nothing left meanwhile.
    private Lease? TryTake(DestinationLimits limits)
    {
        var lease = _window.First!.Value;
        if (!share.TrySpend(RecipientsOf(lease), limits))
            return null;
        _window.RemoveFirst();
        return lease;
    }

    private static int RecipientsOf(Lease lease) => lease.Document.Envelope!.Recipients.Length;
}
