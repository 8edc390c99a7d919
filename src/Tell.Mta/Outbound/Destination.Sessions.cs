using Tell.Documents;
using Tell.Mta.Statistics;
using Tell.Smtp.Client;

namespace Tell.Mta.Outbound;

/// <content>What its sessions tell it, and how they get their work.</content>
internal sealed partial class Destination
{
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

    /// <summary>A connection works. If the destination was down, its waiting mail is due at once.</summary>
    public async ValueTask UpAsync(CancellationToken abort)
    {
        bool wasDown;
        lock (_gate)
        {
            wasDown = _state == DestinationState.Down;
            if (_state == DestinationState.Up)
                return;
            _state = DestinationState.Up;
            _failures = 0;
            _retryAt = null;
        }
        if (wasDown)
        {
            Context.Gauges.Down(-1);
            OutboundLog.Up(_services.Log, Name);
            foreach (var lane in LaneNames())
                await Queues.MakeDueAsync(WorkQueue.Outbound, lane, abort);
        }
        _wake.Set();
    }

    /// <summary>
    /// No host could be reached for a document. With other sessions open that only means that the peer wants no more of them; else the
    /// whole destination is down, or, where waiting cannot help, this document is given back.
    /// </summary>
    public async ValueTask UnreachableAsync(Lease lease, Attempt attempt, OutboundHandler handler, CancellationToken abort)
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
                (_state, _retryAt, _lastError, _ceiling) = (DestinationState.Down, retryAt, attempt.Text, int.MaxValue);
            }
            back.AddRange(_window);
            _window.Clear();
        }
        if (first)
            Context.Gauges.Down(1);
        OutboundLog.Down(_services.Log, Name, attempt.Text, retryAt);
        foreach (var untried in back)
            await ReturnAsync(untried, null);
        await SettleAsync(_services.Outcome.Unreachable(lease, attempt, retryAt), abort);
    }

    /// <summary>A message has been sent, or its session was lost on the way.</summary>
    public async ValueTask SentAsync(Lease lease, Transmission sent, Attempt attempt, CancellationToken abort)
    {
        // A document that splits takes its history with it; the lease came without.
        if (lease.Document.AttemptCount > 0 && sent.Recipients.Length > 1 && await Queues.GetAsync(lease.Document.Id, abort) is { } whole)
            lease = lease with { Document = lease.Document with { Attempts = whole.Attempts } };
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
    public async ValueTask ReturnAsync(Lease lease, Exception? fault)
    {
        var settlement = Settlement.Released(lease);
        if (fault is not null and not OperationCanceledException)
        {
            var text = Mail.Line.Clean(fault.Message).Text;
            var attempt = new Attempt { Time = Context.Now, Phase = "session", Status = new(4, 3, 0), Text = text };
            var retryAt = Context.Now + RetrySchedule.After(lease.Document.AttemptCount + 1, Context.Settings.RetryIntervals);
            settlement = lease.Document.AttemptCount + 1 >= PoisonAttempts && fault is not (StoreException or IOException)
                ? Settlement.Dead(lease, text) with { Attempt = attempt, Counters = [new(Stat.Dead, 1)] }
                : _services.Outcome.Unreachable(lease, attempt, retryAt);
        }
        try
        {
            await SettleAsync(settlement, CancellationToken.None);
        }
        catch (StoreException)
        {
            // The lease runs out by itself, and the document waits again: nothing is lost, and nothing more can be done here.
            OutboundLog.LeaseLost(_services.Log, lease.Document.Id);
        }
    }

    private const int PoisonAttempts = 5;

    private int _sinceNarrowed;

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

    private string[] LaneNames()
    {
        lock (_gate)
            return [.. _lanes.Keys.Union(_held.Values.Select(held => held.Lease.Document.Destination))];
    }
}
