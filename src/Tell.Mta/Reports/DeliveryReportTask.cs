using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Controller;
using Tell.Mta.Statistics;

namespace Tell.Mta.Reports;

/// <summary>
/// SMTPMTA drt: cleans up after everyone. A round goes through the Outbound Work Queue with SMTP.BOX first, then the Inbound Work Queue
/// with MAIL.BOX, looks at what has reached an age at which something is due, and ends with the statistics (seed 002). It wakes when work is
/// finished and when something may be due, and polls every SMTPMTA_DrtPollSeconds. What is to be reported
/// gathers for a second, so that one message makes one report; what is only to be cleared away does not wait for that, nor for SMTPMTA_ReportRate.
/// </summary>
public sealed partial class DeliveryReportTask(MtaContext context) : ServerTask("SMTPMTA drt", context)
{
    private const int Batch = 500;

    // Reports made before they are settled: what they return waits in contents that no document points at.
    private const int MostReports = 100;

    // Finished documents harm nobody for a moment, and a round costs the same for one as for many.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    private readonly Reporter _reporter = new(context);
    private readonly ReportPace _pace = new(context.Time);
    private readonly ReportSpacing _spacing = new();
    private readonly Gate _successes = new(), _failures = new();
    private readonly DeadRetrier _retrier = new(context);
    private AgeWatch? _ages;
    private string _doing = "Idle";
    private long _waiting;
    private bool _isTheirTurn;

    /// <inheritdoc/>
    protected override string Doing => _doing;

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stop)
    {
        using var outbound = Watch(WorkQueue.Outbound);
        using var parents = Watch(WorkQueue.SmtpBox);
        using var inbound = Watch(WorkQueue.Inbound);
        using var mailBox = Watch(WorkQueue.MailBox);
        for (var woken = false;;)
        {
            await PollAsync(stop);
            // What was counted with no mail to go with is on stable storage at the latest now.
            if (!woken)
                await Context.Queues.ChangeCountersAsync([], stop);
            woken = await Wake.WaitAsync(NextRound(), stop);
            if (woken)
                await Pause(stop);
        }
    }

    /// <summary>One round.</summary>
    public async Task PollAsync(CancellationToken cancellation)
    {
        var now = Context.Now;
        var (successes, failures) = (_successes.IsOpen(now), _failures.IsOpen(now));
        if (successes)
            _successes.Close();
        if (failures)
        {
            _failures.Close();
            _waiting = 0;
        }
        StoreException? trouble = null;
        foreach (var (queue, doing) in Queues)
        {
            _doing = doing;
            trouble = await SweepAsync(queue, successes, failures, cancellation) ?? trouble;
        }
        _doing = "Ages";
        trouble = await Ages.LookAsync(cancellation) ?? trouble;
        await _retrier.RoundAsync(cancellation);
        _doing = "Statistics";
        Context.Gauges.Add(Stat.DrtPolls);
        _doing = _waiting == 0 ? "Idle" : _waiting == 1 ? "1 report waits" : $"{_waiting} reports wait";
        if (trouble is not null)
            throw trouble;
    }

    // Seed 002: the Outbound Work Queue first, then the Inbound Work Queue.
    private static (WorkQueue Queue, string Doing)[] Queues { get; } =
    [
        (WorkQueue.Outbound, "Outbound Work Queue"), (WorkQueue.SmtpBox, "Outbound Work Queue"), (WorkQueue.Inbound, "Inbound Work Queue"), (WorkQueue.MailBox, "Inbound Work Queue"),
    ];

    private AgeWatch Ages => _ages ??= new AgeWatch(Context, _reporter, Log);

    // Finishes what is finished. A report that the store has no room for waits, and the rest is cleared away all the same: that makes
    // room. Returns the fault that left something behind, for the task to come back to after a pause.
    private async ValueTask<StoreException?> SweepAsync(WorkQueue queue, bool successes, bool failures, CancellationToken cancellation)
    {
        var trouble = await SuccessesAsync(queue, successes, cancellation);
        return await FailuresAsync(queue, failures, cancellation) ?? trouble;
    }

    private async ValueTask<StoreException?> SuccessesAsync(WorkQueue queue, bool reports, CancellationToken cancellation)
    {
        StoreException? trouble = null;
        var groups = new ReportGroups();
        Unid? after = null;
        for (var more = true; more;)
        {
            var finished = await Context.Queues.ReadFinishedAsync(queue, DocumentState.Success, after, Batch, cancellation);
            var over = new List<Settlement>(finished.Count);
            foreach (var lease in finished)
            {
                after = lease.Document.Id;
                if (!Wish.MayWantSuccess(lease.Document))
                    over.Add(Settlement.Removed(lease));
                else if (reports)
                    groups.Add(new ReportCase(Settlement.Removed(await WithHistoryAsync(lease, cancellation)), DeliveryAction.Delivered, lease.Document.Envelope!.Recipients));
                else
                    _successes.Knock(Context.Now);
            }
            await SettleAsync(over, cancellation);
            more = finished.Count == Batch;
            if (groups.IsFull || !more)
                trouble = await ReportAsync(groups.TakeAll(), cancellation) ?? trouble;
        }
        if (trouble is not null)
            _successes.Knock(Context.Now);
        return trouble;
    }

    // Most successes are told to nobody, and their history is not asked for.
    private async ValueTask<Lease> WithHistoryAsync(Lease lease, CancellationToken cancellation) => lease.Document.AttemptCount == 0 ? lease
        : lease with { Document = lease.Document with { Attempts = (await Context.Queues.GetAsync(lease.Document.Id, cancellation))?.Attempts ?? [] } };

    private async ValueTask<StoreException?> FailuresAsync(WorkQueue queue, bool reports, CancellationToken cancellation)
    {
        if (!reports)
        {
            if ((await Context.Queues.ReadFinishedAsync(queue, DocumentState.Failure, null, 1, cancellation)).Count > 0)
                _failures.Knock(Context.Now);
            return null;
        }
        StoreException? trouble = null;
        var groups = new ReportGroups();
        var free = await ShareAsync(queue, cancellation);
        Unid? after = null;
        for (var more = true; more;)
        {
            var finished = await Context.Queues.ReadFinishedAsync(queue, DocumentState.Failure, after, Batch, cancellation);
            var over = new List<Settlement>();
            foreach (var lease in finished)
            {
                after = lease.Document.Id;
                if (Unreported(queue, lease) is { } settlement)
                    over.Add(settlement);
                else
                    groups.Add(new ReportCase(Settlement.Removed(lease), DeliveryAction.Failed, lease.Document.Envelope!.Recipients));
            }
            await SettleAsync(over, cancellation);
            more = finished.Count == Batch;
            // Where more wait than may be reported now, the rest of the backlog is not read: it would be read again each time.
            if (!more || groups.IsFull || groups.Count > free)
            {
                var allowed = Allowed(groups.TakeAll(), free);
                trouble = await ReportAsync(allowed, cancellation) ?? trouble;
                free -= allowed.Count;
                more &= free > 0;
            }
        }
        if (trouble is not null)
            _failures.Knock(Context.Now);
        return trouble;
    }

    // A storm in one queue leaves some of what may be reported to those that come after it; of one, every other.
    private async ValueTask<int> ShareAsync(WorkQueue queue, CancellationToken cancellation)
    {
        var free = _pace.Free(Context.Settings.ReportRate);
        if (free is 0 or int.MaxValue || !await IsWaitedForAsync(queue, cancellation))
            return free;
        _isTheirTurn = free == 1 && !_isTheirTurn;
        return free == 1 ? _isTheirTurn ? 0 : 1 : free - Math.Max(1, free / 4);
    }

    private async ValueTask<bool> IsWaitedForAsync(WorkQueue queue, CancellationToken cancellation)
    {
        foreach (var (later, _) in Queues.SkipWhile(one => one.Queue != queue).Skip(1))
        {
            if ((await Context.Queues.ReadFinishedAsync(later, DocumentState.Failure, null, 1, cancellation)).Count > 0)
                return true;
        }
        return false;
    }

    // What becomes of a failure of which nobody is told; null for one that is reported.
    private Settlement? Unreported(WorkQueue queue, Lease lease)
    {
        var document = lease.Document;
        var recipients = document.Envelope!.Recipients;
        // RFC 8460 3: a report on TLS that cannot be delivered is of no use to anybody, and nobody is told.
        if (document.Form == Forms.TlsReport)
        {
            LogTlsReportLost(Log, document.Id, recipients[0].Address, document.Reason ?? "transmission failed");
            return Settlement.Removed(lease);
        }
        // Seed 002: relayed messages and reports are documents that don't have parents; when they fail they are marked dead and remain. Of relayed mail
        // RFC 5321 6.1 wants its sender told.
        if (queue == WorkQueue.Outbound && document.Parent is null && (Context.Settings.RelayFailures == RelayFailures.Dead || Forms.IsReport(document.Form) || document.Envelope.Sender is null))
            return Dead(lease, document.Reason ?? "transmission failed");
        if (document.Envelope.Sender is null || Forms.IsReport(document.Form) || recipients.Any(recipient => Wish.Wants(document.Envelope, recipient, DeliveryAction.Failed)))
            return null;
        return Reporter.Untold(new ReportCase(Settlement.Removed(lease), DeliveryAction.Failed, recipients));
    }

    // Those of the groups whose turn it is. For the others the gate opens again.
    private List<ReportGroup> Allowed(IReadOnlyList<ReportGroup> groups, int free)
    {
        var now = Context.Now;
        var allowed = new List<ReportGroup>();
        var held = 0;
        foreach (var group in groups)
        {
            if (group.Recipients < Reporter.MostRecipients && _spacing.RestsUntil(group.Key, now) is { } rested)
                _failures.OpenAt(rested);
            else if (allowed.Count < free)
                allowed.Add(group);
            else
                held++;
        }
        if (held > 0)
            _failures.OpenAt(_pace.Next(Context.Settings.ReportRate));
        _waiting += held;
        return allowed;
    }

    private async ValueTask<StoreException?> ReportAsync(IReadOnlyList<ReportGroup> groups, CancellationToken cancellation)
    {
        StoreException? trouble = null;
        foreach (var some in groups.Chunk(MostReports))
        {
            try
            {
                var settlements = new List<Settlement>();
                foreach (var group in some)
                {
                    try
                    {
                        settlements.AddRange(await _reporter.ReportAsync(group.Cases, cancellation));
                    }
                    catch (StoreException fault)
                    {
                        trouble = fault;
                    }
                }
                await SettleAsync(settlements, cancellation);
            }
            catch (StoreException fault)
            {
                trouble = fault;
            }
            finally
            {
                await _reporter.ReleaseAsync();
            }
        }
        return trouble;
    }

    private async ValueTask SettleAsync(List<Settlement> settlements, CancellationToken cancellation)
    {
        if (settlements.Count == 0)
            return;
        IReadOnlyList<bool> done;
        try
        {
            done = await Context.Queues.SettleAsync(settlements, cancellation);
        }
        // One settlement that cannot be fails the verb whole: each alone, so that only the poisonous one fails.
        catch (ArgumentException) when (settlements.Count > 1)
        {
            foreach (var settlement in settlements)
                await SettleAsync([settlement], cancellation);
            return;
        }
        catch (ArgumentException fault) when (!settlements[0].Created.IsEmpty)
        {
            var poisoned = settlements[0];
            _reporter.Undo(poisoned);
            LogUnsettled(Log, fault, poisoned.Lease.Document.Id);
            var reason = $"no report could be stored: {Line.Clean(fault.Message)}";
            await SettleAsync([.. poisoned.Others.Prepend(poisoned).Select(one => Dead(one.Lease, reason))], cancellation);
            return;
        }
        catch (StoreException)
        {
            settlements.ForEach(_reporter.Undo);
            throw;
        }
        for (var i = 0; i < settlements.Count; i++)
        {
            if (done[i])
                Finished(settlements[i]);
            else
                Lost(settlements[i]);
        }
    }

    // Somebody else had one of its documents: nothing has changed, and another round finds what is left of them.
    private void Lost(Settlement settlement)
    {
        _reporter.Undo(settlement);
        _successes.Knock(Context.Now);
        _failures.Knock(Context.Now);
    }

    private void Finished(Settlement settlement)
    {
        _pace.Spend(settlement.Created.Length, Context.Settings.ReportRate);
        foreach (var one in settlement.Others.Prepend(settlement))
        {
            var document = one.Lease.Document;
            foreach (var report in settlement.Created)
                Context.Transfers.Reported(document, report);
            if (one.Kind == SettlementKind.Dead)
                Context.Transfers.Dead(document, one.Reason ?? "");
            else if (document.State == DocumentState.Failure && document.Form != Forms.TlsReport)
                Suppressed(document);
        }
        foreach (var report in settlement.Created)
            Context.Transfers.Queued(report, settlement.Lease.Document.Id);
        if (settlement is { Created.IsEmpty: false, Lease.Document.State: DocumentState.Failure })
            _spacing.Reported(MessageKey.Of(settlement.Lease.Document, DeliveryAction.Failed), Context.Now);
    }

    private void Suppressed(Document document)
    {
        foreach (var recipient in document.Envelope!.Recipients.Where(recipient => !Wish.Wants(document.Envelope, recipient, DeliveryAction.Failed)))
            Context.Transfers.Suppressed(document, recipient);
    }

    private static Settlement Dead(Lease lease, string reason) =>
        Settlement.Dead(lease, reason) with { Counters = [new(Stat.Dead, 1)] };

    private DateTimeOffset NextRound()
    {
        var next = Context.Now + TimeSpan.FromSeconds(Context.Settings.DrtPollSeconds);
        if (Ages.Next < next)
            next = Ages.Next;
        foreach (var gate in new[] { _successes.Opens, _failures.Opens })
        {
            if (gate < next)
                next = gate.Value;
        }
        return next;
    }

    private IDisposable Watch(WorkQueue queue) => Context.Queues.Watch(queue, hint =>
    {
        if (hint.Kind == QueueHintKind.Finished)
            Wake.Set();
    });

    private Task Pause(CancellationToken stop) => Task.Delay(Gather, Context.Time, stop);

    [LoggerMessage(1202, LogLevel.Warning, "document {Unid}: TLS report to {Address} given up: {Reason}")]
    private static partial void LogTlsReportLost(ILogger log, Unid unid, Mailbox address, string reason);

    [LoggerMessage(1203, LogLevel.Error, "the report on document {Unid} could not be stored; the document is marked dead")]
    private static partial void LogUnsettled(ILogger log, Exception fault, Unid unid);
}
