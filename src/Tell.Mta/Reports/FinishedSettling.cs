using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Statistics;

namespace Tell.Mta.Reports;

/// <summary>Settles what is finished, with its reports, and writes what that means into the transfer log. A settlement that the store cannot carry out stops itself and no other.</summary>
internal sealed partial class FinishedSettling(MtaContext context, Reporter reporter, ILogger log)
{
    /// <summary>Settles. Returns how many reports of failures were made, and whether there was a lease that somebody else had: nothing has changed about that one.</summary>
    /// <exception cref="StoreException">The store failed; nothing is settled.</exception>
    public async ValueTask<(int Failures, bool Lost)> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellation)
    {
        if (settlements.Count == 0)
            return default;
        IReadOnlyList<bool> done;
        try
        {
            done = await context.Queues.SettleAsync(settlements, cancellation);
        }
        // One settlement that cannot be fails the verb whole: each alone, so that only the poisonous one fails.
        catch (ArgumentException) when (settlements.Count > 1)
        {
            var all = (Failures: 0, Lost: false);
            foreach (var settlement in settlements)
            {
                var one = await SettleAsync([settlement], cancellation);
                all = (all.Failures + one.Failures, all.Lost || one.Lost);
            }
            return all;
        }
        catch (ArgumentException fault) when (!settlements[0].Created.IsEmpty)
        {
            var poisoned = settlements[0];
            reporter.Undo(poisoned);
            LogUnsettled(log, fault, poisoned.Lease.Document.Id);
            var reason = $"no report could be stored: {Line.Clean(fault.Message)}";
            return await SettleAsync([.. poisoned.Others.Prepend(poisoned).Select(one => Dead(one.Lease, reason))], cancellation);
        }
        catch (StoreException)
        {
            foreach (var settlement in settlements)
                reporter.Undo(settlement);
            throw;
        }
        var (failures, lost) = (0, false);
        for (var i = 0; i < settlements.Count; i++)
        {
            if (done[i])
            {
                Finished(settlements[i]);
                failures += settlements[i].Created.Count(report => report.Form == Forms.NonDeliveryReport);
                continue;
            }
            reporter.Undo(settlements[i]);
            lost = true;
        }
        return (failures, lost);
    }

    /// <summary>It stops until an operator acts.</summary>
    public static Settlement Dead(Lease lease, string reason) => Settlement.Dead(lease, reason) with { Counters = [new(Stat.Dead, 1)] };

    private void Finished(Settlement settlement)
    {
        foreach (var one in settlement.Others.Prepend(settlement))
        {
            var document = one.Lease.Document;
            foreach (var report in settlement.Created)
                context.Transfers.Reported(document, report);
            if (one.Kind == SettlementKind.Dead)
                context.Transfers.Dead(document, one.Reason ?? "");
            else if (document.State == DocumentState.Failure && document.Form != Forms.TlsReport)
                Suppressed(document);
        }
        foreach (var report in settlement.Created)
            context.Transfers.Queued(report, settlement.Lease.Document.Id);
    }

    private void Suppressed(Document document)
    {
        foreach (var recipient in document.Envelope!.Recipients.Where(recipient => !Wish.Wants(document.Envelope, recipient, DeliveryAction.Failed)))
            context.Transfers.Suppressed(document, recipient);
    }

    [LoggerMessage(1203, LogLevel.Error, "the report on document {Unid} could not be stored; the document is marked dead")]
    private static partial void LogUnsettled(ILogger log, Exception fault, Unid unid);
}
