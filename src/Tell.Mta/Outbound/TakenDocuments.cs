using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mta.Controller;
using Tell.Mta.Statistics;
using Tell.Smtp.Client;

namespace Tell.Mta.Outbound;

/// <summary>
/// The documents that a Destination has taken: their leases are renewed while they wait, and each is settled or given back. Safe for
/// concurrent use.
/// </summary>
internal sealed class TakenDocuments(OutboundServices services, Destination destination)
{
    private const string OurFault = "session";

    private readonly Lock _gate = new();
    private readonly Dictionary<Unid, (Lease Lease, DateTimeOffset Since)> _held = [];

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _held.Count;
        }
    }

    /// <summary>Their lanes.</summary>
    public string[] Lanes
    {
        get
        {
            lock (_gate)
                return [.. _held.Values.Select(held => held.Lease.Document.Destination).Distinct()];
        }
    }

    private MtaContext Context => services.Context;

    /// <summary>A document has been taken.</summary>
    public void Add(Lease lease)
    {
        lock (_gate)
            _held[lease.Document.Id] = (lease, Context.Now);
    }

    /// <summary>Lengthens the leases that are getting old.</summary>
    public async ValueTask RenewAsync(CancellationToken stop)
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
            if (await Context.Queues.RenewAsync(lease, OutboundServices.LeaseLength, stop))
            {
                lock (_gate)
                {
                    if (_held.ContainsKey(lease.Document.Id))
                        _held[lease.Document.Id] = (lease, now);
                }
            }
        }
    }

    /// <summary>Settles a document and writes what came of it to the transfer log; <paramref name="sent"/> is what the peer said, where it said something.</summary>
    public async ValueTask SettleAsync(Settlement settlement, CancellationToken abort, Transmission? sent = null)
    {
        var document = settlement.Lease.Document;
        try
        {
            if (await services.SettleAsync(settlement, abort))
                TransferFacts.Write(Context.Transfers, settlement, sent, destination.Limits.InDoubt);
            else
                OutboundLog.LeaseLost(services.Log, document.Id);
        }
        finally
        {
            lock (_gate)
                _held.Remove(document.Id);
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
            OutboundLog.LeaseLost(services.Log, lease.Document.Id);
        }
    }

    /// <summary>The lease with the history of its document, which a take leaves out; without it where the store cannot tell.</summary>
    public async ValueTask<Lease> WithHistoryAsync(Lease lease, CancellationToken abort) =>
        lease with { Document = lease.Document with { Attempts = await HistoryAsync(lease.Document, abort) } };

    // Only faults of ours make a document dead, however often peers have deferred it before.
    private async ValueTask<Settlement> FaultAsync(Lease lease, Exception fault, CancellationToken abort)
    {
        var text = Mail.Line.Clean(fault.Message).Text;
        var attempt = new Attempt { Time = Context.Now, Phase = OurFault, Status = new(4, 3, 0), Text = text };
        var earlier = await HistoryAsync(lease.Document, abort);
        if (fault is not (StoreException or IOException) && earlier.Count(old => old.Phase == OurFault) + 1 >= QueueTask.PoisonAttempts)
            return Settlement.Dead(lease, text) with { Attempt = attempt, Counters = [new(Stat.Attempts, 1), new(Stat.Dead, 1)] };
        return destination.Outcome.Stumbled(lease, attempt);
    }

    private async ValueTask<ImmutableArray<Attempt>> HistoryAsync(Document document, CancellationToken abort)
    {
        if (document.AttemptCount == 0)
            return [];
        try
        {
            return (await Context.Queues.GetAsync(document.Id, abort))?.Attempts ?? [];
        }
        catch (Exception fault) when (fault is StoreException or OperationCanceledException)
        {
            // What the peer has said counts for more than what it said before.
            OutboundLog.Stumbled(services.Log, fault, destination.Name);
            return [];
        }
    }
}
