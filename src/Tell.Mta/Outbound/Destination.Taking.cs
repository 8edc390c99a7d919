using Tell.Documents;

namespace Tell.Mta.Outbound;

/// <content>How it takes what is due.</content>
internal sealed partial class Destination
{
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

    private async ValueTask OfferAsync(IReadOnlyList<Lease> taken, CancellationToken abort)
    {
        if (taken.Count == 0)
            return;
        var (now, outcome) = (Context.Now, Outcome);
        List<Settlement>? others = null;
        foreach (var lease in taken)
        {
            if (outcome.Untried(lease, now) is { } settlement)
            {
                (others ??= []).Add(settlement);
                continue;
            }
            _taken.Add(lease);
            _pool.Offer(lease);
        }
        foreach (var settlement in others ?? [])
            await _taken.SettleAsync(settlement, abort);
    }
}
