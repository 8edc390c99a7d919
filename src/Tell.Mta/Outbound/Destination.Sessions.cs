using Tell.Documents;
using Tell.Mta.Security;
using Tell.Smtp.Client;

namespace Tell.Mta.Outbound;

/// <content>What its sessions tell it, and how they get their work.</content>
internal sealed partial class Destination
{
    /// <summary>
    /// The next document for a session; null where there is none, and the session counts as idle then, or where it is
    /// <paramref name="surplus"/> and is to end.
    /// </summary>
    public Lease? NextFor(OutboundHandler handler, out bool surplus)
    {
        var (lease, low) = _pool.Next(handler, out surplus);
        if (low && HasLanes())
            Wake();
        return lease;
    }

    /// <summary>A session stops waiting for work.</summary>
    public void NoLongerIdle(OutboundHandler handler) => _pool.NoLongerIdle(handler);

    /// <summary>A session has ended.</summary>
    public void Ended(OutboundHandler handler)
    {
        _pool.Ended(handler);
        handler.Dispose();
        lock (_gate)
            _lastWork = Context.Now;
        Wake();
    }

    /// <summary>True where a message got as far as a reply of the peer since the destination was last found down.</summary>
    public bool Proven => IsUp;

    /// <summary>
    /// No host could be reached for a document. With other sessions open that only means that the peer bears no more of them, and what the peer has answered
    /// meanwhile counts for more than an attempt that began before; else the whole destination is down, or, where waiting cannot help, this document is given back.
    /// </summary>
    public async ValueTask UnreachableAsync(OutboundHandler handler, Lease lease, Attempt attempt, PassedHosts? passed, CancellationToken abort)
    {
        if (attempt.Status.Class == 5)
        {
            lock (_gate)
                _health.Note(attempt);
            await _taken.SettleAsync(Told(OutboundSession.IsCircle(attempt) ? OutboundOutcome.HoldLoop(lease, attempt) : Outcome.GiveBack(lease, attempt), passed), abort);
            return;
        }
        // What REQUIRETLS wants is the message's own, and a TLS policy one domain's: all others go on.
        if (attempt.Status == OutboundSession.NotSecure && (TlsNeeds.Of(lease.Document) != TlsNeed.Policy || HasLanesBut(lease.Document.Destination)))
        {
            lock (_gate)
                _health.Note(attempt);
            await _taken.SettleAsync(Told(Outcome.Stumbled(lease, attempt), passed), abort);
            return;
        }
        var spare = _pool.WasSpare(handler, IsUp);
        if (spare || (IsUp && _pool.OthersWell(handler)))
        {
            // The window is emptied once more after the last session has ended, so that a stop in this moment strands nothing.
            _pool.PutBack(lease);
            lock (_gate)
                _health.Note(attempt);
            if (spare)
                return;
            _pool.Failed();
            OutboundLog.Narrowed(_services.Log, Name, _pool.Bears, attempt.Text);
            return;
        }
        await DownAsync(attempt, abort);
        await _taken.SettleAsync(Told(Outcome.PutOff(lease, attempt), passed), abort);
    }

    /// <summary>A message has been sent, or its session was lost on the way.</summary>
    public async ValueTask SentAsync(Lease lease, Transmission sent, Attempt attempt, PassedHosts? passed, CancellationToken abort)
    {
        var lost = sent.Fault is not null;
        var dead = lost && _pool.Failed();
        if (!lost)
            _pool.Succeeded();
        if (!dead)
            Up();
        if (lost)
        {
            lock (_gate)
                _health.Note(attempt);
        }
        // A document that splits takes its history with it; the lease came without.
        if (lease.Document.AttemptCount > 0 && (sent.Recipients.Length > 1 || lease.Document.Releases > 0))
            lease = await _taken.WithHistoryAsync(lease, abort);
        await _taken.SettleAsync(Told(Outcome.Decide(lease, sent, attempt), passed), abort, sent);
        if (dead)
            await DownAsync(attempt, abort);
    }

    /// <summary>Gives a document back: as it was, or with the fault of ours that stopped its session.</summary>
    public ValueTask ReturnAsync(Lease lease, Exception? fault, CancellationToken abort) => _taken.ReturnAsync(lease, fault, abort);

    private static Settlement Told(Settlement settlement, PassedHosts? passed) => passed is null ? settlement : passed.AddTo(settlement);

    private bool HasLanes()
    {
        lock (_gate)
            return _lanes.Count > 0;
    }

    private bool HasLanesBut(string lane)
    {
        lock (_gate)
            return _lanes.Count > (_lanes.Has(lane) ? 1 : 0);
    }

    private async ValueTask DownAsync(Attempt attempt, CancellationToken abort)
    {
        bool first;
        DateTimeOffset retryAt;
        lock (_gate)
        {
            first = _health.Failed(Context.Now, attempt, Limits.RetryIntervals);
            retryAt = _health.RetryAt!.Value;
        }
        _pool.Reset();
        if (first)
            Context.Gauges.Down(1);
        OutboundLog.Down(_services.Log, Name, attempt.Text, retryAt);
        _table.Plan(this, retryAt);
        await EmptyAsync(abort);
    }

    private void Up()
    {
        bool wasDown;
        lock (_gate)
        {
            if (_health.State == DestinationState.Up)
                return;
            wasDown = _health.Succeeded();
        }
        if (wasDown)
        {
            Context.Gauges.Down(-1);
            OutboundLog.Up(_services.Log, Name);
        }
        Wake();
    }
}
