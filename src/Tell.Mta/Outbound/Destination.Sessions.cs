using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mta.Controller;
using Tell.Mta.Statistics;
using Tell.Smtp.Client;

namespace Tell.Mta.Outbound;

/// <content>What its sessions tell it, and how they get their work.</content>
internal sealed partial class Destination
{
    private const string OurFault = "session";

    private int _sinceNarrowed;

    /// <summary>The next document for a session; null where there is none, and the session counts as idle then.</summary>
    public Lease? NextFor(OutboundHandler handler)
    {
        Lease? lease;
        bool refill;
        lock (_gate)
        {
            if (!_window.TryDequeue(out lease))
                _idle.Add(handler);
            refill = _window.Count <= WindowSize / 2 && _lanes.Count > 0;
        }
        if (refill)
            _wake.Set();
        return lease;
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
        handler.Dispose();
        _wake.Set();
    }

    /// <summary>A connection is open. Of a destination that was down that proves nothing yet: it may close it again without taking a message.</summary>
    public void Opened()
    {
        lock (_gate)
        {
            if (_state != DestinationState.Unknown)
                return;
            _state = DestinationState.Up;
        }
        _wake.Set();
    }

    /// <summary>True where a message got as far as a reply of the peer since the destination was last found down.</summary>
    public bool Proven
    {
        get
        {
            lock (_gate)
                return _proven;
        }
    }

    /// <summary>
    /// No host could be reached for a document. With other sessions open that only means that the peer wants no more of them; else the
    /// whole destination is down, or, where waiting cannot help, this document is given back.
    /// </summary>
    public async ValueTask UnreachableAsync(Lease lease, Attempt attempt, CancellationToken abort)
    {
        if (attempt.Status.Class == 5)
        {
            await SettleAsync(_services.Outcome.Unreachable(lease, attempt, Context.Now), abort);
            return;
        }
        List<Lease> back = [];
        DateTimeOffset retryAt;
        var first = false;
        lock (_gate)
        {
            if (_state == DestinationState.Up && _handlers.Count > 1)
            {
                // The window is emptied once more after the last session has ended, so that a stop in this moment strands nothing.
                _ceiling = Math.Max(1, _handlers.Count - 1);
                _window.Enqueue(lease);
                OutboundLog.Narrowed(_services.Log, Name, _ceiling, attempt.Text);
                return;
            }
            var now = Context.Now;
            if (_retryAt is { } at && at > now)
            {
                retryAt = at;
            }
            else
            {
                first = _state != DestinationState.Down;
                _failures++;
                retryAt = now + RetrySchedule.After(_failures, Context.Settings.RetryIntervals);
                (_state, _proven, _retryAt, _lastError, _ceiling) = (DestinationState.Down, false, retryAt, attempt.Text, int.MaxValue);
            }
            back.AddRange(_window);
            _window.Clear();
        }
        if (first)
            Context.Gauges.Down(1);
        OutboundLog.Down(_services.Log, Name, attempt.Text, retryAt);
        foreach (var untried in back)
            await ReturnAsync(untried, null, abort);
        await SettleAsync(_services.Outcome.Unreachable(lease, attempt, retryAt), abort);
    }

    /// <summary>A message has been sent, or its session was lost on the way.</summary>
    public async ValueTask SentAsync(Lease lease, Transmission sent, Attempt attempt, CancellationToken abort)
    {
        Up();
        // A document that splits takes its history with it; the lease came without.
        if (lease.Document.AttemptCount > 0 && sent.Recipients.Length > 1)
            lease = lease with { Document = lease.Document with { Attempts = await HistoryAsync(lease.Document.Id, abort) } };
        await SettleAsync(_services.Outcome.Decide(lease, sent, attempt), abort);
        lock (_gate)
        {
            if (sent.Fault is not null)
                _lastError = attempt.Text;
            else if (_ceiling < int.MaxValue && ++_sinceNarrowed >= 50)
                (_sinceNarrowed, _ceiling) = (0, _ceiling + 1);
        }
    }

    /// <summary>Gives a document back: as it was, or with the fault of ours that stopped its session.</summary>
    public async ValueTask ReturnAsync(Lease lease, Exception? fault, CancellationToken abort)
    {
        try
        {
            var settlement = fault is null or OperationCanceledException ? Settlement.Released(lease) : await FaultAsync(lease, fault, abort);
            await SettleAsync(settlement, abort);
        }
        catch (Exception failure) when (failure is StoreException or OperationCanceledException)
        {
            // The lease runs out by itself, and the document waits again: nothing is lost, and nothing more can be done here.
            OutboundLog.LeaseLost(_services.Log, lease.Document.Id);
        }
    }

    // Only faults of ours make a document dead, however often peers have deferred it before.
    private async ValueTask<Settlement> FaultAsync(Lease lease, Exception fault, CancellationToken abort)
    {
        var text = Mail.Line.Clean(fault.Message).Text;
        var attempt = new Attempt { Time = Context.Now, Phase = OurFault, Status = new(4, 3, 0), Text = text };
        var earlier = lease.Document.AttemptCount > 0 ? await HistoryAsync(lease.Document.Id, abort) : [];
        if (fault is not (StoreException or IOException) && earlier.Count(old => old.Phase == OurFault) + 1 >= QueueTask.PoisonAttempts)
            return Settlement.Dead(lease, text) with { Attempt = attempt, Counters = [new(Stat.Dead, 1)] };
        var retryAt = Context.Now + RetrySchedule.After(lease.Document.AttemptCount + 1, Context.Settings.RetryIntervals);
        return _services.Outcome.Unreachable(lease, attempt, retryAt);
    }

    private async ValueTask<ImmutableArray<Attempt>> HistoryAsync(Unid id, CancellationToken abort)
    {
        try
        {
            return (await Queues.GetAsync(id, abort))?.Attempts ?? [];
        }
        catch (Exception fault) when (fault is StoreException or OperationCanceledException)
        {
            // What the peer has said counts for more than what it said before.
            OutboundLog.Stumbled(_services.Log, fault, Name);
            return [];
        }
    }

    private void Up()
    {
        bool wasDown;
        lock (_gate)
        {
            if (_proven)
                return;
            wasDown = _state == DestinationState.Down;
            (_state, _proven, _freed, _failures, _retryAt) = (DestinationState.Up, true, wasDown, 0, null);
        }
        if (wasDown)
        {
            Context.Gauges.Down(-1);
            OutboundLog.Up(_services.Log, Name);
        }
        _wake.Set();
    }

    // Open sessions first; a new one where documents wait behind each of them.
    private void Dispatch(CancellationToken stop, CancellationToken abort)
    {
        while (true)
        {
            OutboundHandler fresh;
            Lease? lease;
            lock (_gate)
            {
                if (stop.IsCancellationRequested || _window.Count == 0)
                    return;
                if (_idle.Count > 0)
                {
                    // The one that became idle last: the others may then close.
                    var handler = _idle[^1];
                    _idle.RemoveAt(_idle.Count - 1);
                    handler.Assign(_window.Dequeue());
                    continue;
                }
                if (_handlers.Count >= Limit)
                    return;
                lease = _window.Dequeue();
                fresh = new OutboundHandler(_services, this);
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
}
