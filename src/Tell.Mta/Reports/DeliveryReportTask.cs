using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mta.Controller;
using Tell.Mta.Statistics;

namespace Tell.Mta.Reports;

/// <summary>
/// SMTPMTA drt: cleans up after everyone. A round goes through the Outbound Work Queue with SMTP.BOX first, then the Inbound Work Queue
/// with MAIL.BOX, and ends with the statistics (seed 002). It wakes when work is finished, and polls every SMTPMTA_DrtPollSeconds.
/// </summary>
public sealed partial class DeliveryReportTask(MtaContext context) : ServerTask("SMTPMTA drt", context)
{
    private const int Batch = 500;

    // Finished documents harm nobody for a moment, and a round costs the same for one as for many.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    private readonly Reporter _reporter = new(context);
    private string _doing = "Idle";

    /// <inheritdoc/>
    protected override string Doing => _doing;

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stop)
    {
        using var outbound = Watch(WorkQueue.Outbound);
        using var parents = Watch(WorkQueue.SmtpBox);
        using var inbound = Watch(WorkQueue.Inbound);
        using var mailBox = Watch(WorkQueue.MailBox);
        while (true)
        {
            await PollAsync(stop);
            if (await Wake.WaitAsync(TimeSpan.FromSeconds(Context.Settings.DrtPollSeconds), stop))
                await Pause(stop);
        }
    }

    /// <summary>One round.</summary>
    public async Task PollAsync(CancellationToken cancellation)
    {
        _doing = "Outbound Work Queue";
        var trouble = await SweepAsync(WorkQueue.Outbound, cancellation);
        trouble = await SweepAsync(WorkQueue.SmtpBox, cancellation) ?? trouble;
        _doing = "Inbound Work Queue";
        trouble = await SweepAsync(WorkQueue.Inbound, cancellation) ?? trouble;
        trouble = await SweepAsync(WorkQueue.MailBox, cancellation) ?? trouble;
        _doing = "Statistics";
        Context.Gauges.Add(Stat.DrtPolls);
        await Context.Gauges.StoreAsync(Context.Queues, cancellation);
        _doing = "Idle";
        if (trouble is not null)
            throw trouble;
    }

    // Finishes what is finished. A report that the store has no room for waits, and the rest is cleared away all the same: that makes
    // room. Returns the fault that left something behind, for the task to come back to after a pause.
    private async ValueTask<StoreException?> SweepAsync(WorkQueue queue, CancellationToken cancellation) =>
        await SweepAsync(queue, DocumentState.Success, cancellation) ?? await SweepAsync(queue, DocumentState.Failure, cancellation);

    private async ValueTask<StoreException?> SweepAsync(WorkQueue queue, DocumentState state, CancellationToken cancellation)
    {
        while (true)
        {
            StoreException? trouble = null;
            var finished = await Context.Queues.ReadFinishedAsync(queue, state, null, Batch, cancellation);
            if (finished.Count == 0)
                return null;
            try
            {
                var settlements = new List<Settlement>(finished.Count);
                foreach (var lease in finished)
                {
                    try
                    {
                        settlements.Add(await FinishAsync(queue, lease, cancellation));
                    }
                    catch (StoreException fault)
                    {
                        trouble = fault;
                    }
                }
                var done = await Context.Queues.SettleAsync(settlements, cancellation);
                for (var i = 0; i < settlements.Count; i++)
                {
                    if (done[i])
                        Finished(settlements[i]);
                }
            }
            finally
            {
                await _reporter.ReleaseAsync();
            }
            if (trouble is not null || finished.Count < Batch)
                return trouble;
        }
    }

    private async ValueTask<Settlement> FinishAsync(WorkQueue queue, Lease lease, CancellationToken cancellation)
    {
        var document = lease.Document;
        if (document.State == DocumentState.Success)
            return Settlement.Removed(lease);
        // RFC 8460 3: a report on TLS that cannot be delivered is of no use to anybody, and nobody is told.
        if (document.Form == Forms.TlsReport)
        {
            LogTlsReportLost(Log, document.Id, document.Envelope!.Recipients[0].Address, document.Reason ?? "transmission failed");
            return Settlement.Removed(lease);
        }
        // Seed 002: relayed messages and reports are documents that don't have parents; when they fail they are marked dead and remain.
        if (queue == WorkQueue.Outbound && document.Parent is null)
            return Dead(lease, document.Reason ?? "transmission failed");
        try
        {
            var one = new ReportCase(Settlement.Removed(lease), Mail.DeliveryAction.Failed, document.Envelope!.Recipients);
            return (await _reporter.ReportAsync([one], cancellation))[0];
        }
        // Seed 002: if, for whatever reason, the DRT task cannot build a failure report, the message is marked dead.
        catch (Exception fault) when (fault is not (OperationCanceledException or StoreException))
        {
            LogNoReport(Log, fault, document.Id);
            return Dead(lease, $"no report could be built: {Mail.Line.Clean(fault.Message)}");
        }
    }

    private void Finished(Settlement settlement)
    {
        var document = settlement.Lease.Document;
        foreach (var report in settlement.Created)
        {
            Context.Transfers.Reported(document, report);
            Context.Transfers.Queued(report, document.Id);
        }
        if (settlement.Kind == SettlementKind.Dead)
            Context.Transfers.Dead(document, settlement.Reason ?? "");
    }

    private static Settlement Dead(Lease lease, string reason) =>
        Settlement.Dead(lease, reason) with { Counters = [new(Stat.Dead, 1)] };

    private IDisposable Watch(WorkQueue queue) => Context.Queues.Watch(queue, hint =>
    {
        if (hint.Kind == QueueHintKind.Finished)
            Wake.Set();
    });

    private Task Pause(CancellationToken stop) => Task.Delay(Gather, Context.Time, stop);

    [LoggerMessage(1202, LogLevel.Warning, "document {Unid}: TLS report to {Address} given up: {Reason}")]
    private static partial void LogTlsReportLost(ILogger log, Unid unid, Mail.Mailbox address, string reason);

    [LoggerMessage(1201, LogLevel.Error, "no report could be built for document {Unid}; it is marked dead")]
    private static partial void LogNoReport(ILogger log, Exception fault, Unid unid);
}
