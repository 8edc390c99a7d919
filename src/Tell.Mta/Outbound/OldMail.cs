using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing;

namespace Tell.Mta.Outbound;

/// <summary>
/// Gives up mail that has grown too old. Mail of a destination that is down is not touched, so its age is looked after here: what was made
/// long ago is taken by primary key, whatever it waits for.
/// </summary>
internal sealed class OldMail(MtaContext context, OutboundServices services)
{
    private const int Batch = 500;

    /// <summary>Gives up all that is older than its limits allow.</summary>
    public async ValueTask GiveUpAsync(CancellationToken stop)
    {
        var after = DateTimeOffset.MinValue;
        while (true)
        {
            var old = await context.Queues.ReadAgedAsync(WorkQueue.Outbound, after, context.Now - context.Settings.ExpireAfter, Batch, stop);
            if (old.Count == 0)
                break;
            after = old[^1].Document.AgeFrom;
            List<Settlement> over = [];
            foreach (var lease in old.Where(lease => lease.Document.State != DocumentState.LockedForXmit))
            {
                var outcome = services.OutcomeOf(context.Controls.LimitsOf(HopOf(lease.Document.Destination)));
                if (outcome.ExpiresAt(lease.Document) <= context.Now)
                    over.Add(outcome.GiveUp(lease));
            }
            await SettleAsync(over);
        }
    }

    private string HopOf(string lane) => NextHop.Of(lane, context)?.Key ?? lane;

    private async ValueTask SettleAsync(List<Settlement> settlements)
    {
        if (settlements.Count == 0)
            return;
        var done = await context.Queues.SettleAsync(settlements, CancellationToken.None);
        for (var i = 0; i < done.Count; i++)
        {
            if (done[i] && settlements[i].Kind == SettlementKind.Failed)
                TransferFacts.Write(context.Transfers, settlements[i]);
        }
    }
}
