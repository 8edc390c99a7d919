using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;

namespace Tell.Mta.Reports;

/// <summary>
/// Finishes what is finished: clears it away, or reports it. What is to be reported gathers before a gate, so that one message makes one report, wherever its documents are;
/// failures wait for SMTPMTA_ReportRate as well, and a storm in one queue leaves a share to the others. A report that the store has no room for waits, and the rest is cleared
/// away all the same: that makes room.
/// </summary>
internal sealed partial class FinishedSweep(MtaContext context, Reporter reporter, ILogger log)
{
    private const int Batch = 500;

    // Reports made before they are settled: what they return waits in contents that no document points at.
    private const int MostReports = 100;

    private readonly ReportPace _pace = new(context.Time);
    private readonly ReportSpacing _spacing = new();
    private readonly Gate _successes = new(), _failures = new();
    private readonly FinishedSettling _settling = new(context, reporter, log);
    private int _turn;

    /// <summary>Seed 002: the Outbound Work Queue first, then the Inbound Work Queue.</summary>
    public static IReadOnlyList<WorkQueue> Queues { get; } = [WorkQueue.Outbound, WorkQueue.SmtpBox, WorkQueue.Inbound, WorkQueue.MailBox];

    /// <summary>Where something may be finished.</summary>
    public FinishedNews News { get; } = new();

    /// <summary>How many failures were found for which it is too early.</summary>
    public long Waiting { get; private set; }

    /// <summary>When reports are made next; null where none wait.</summary>
    public DateTimeOffset? Next => _successes.Opens < _failures.Opens ? _successes.Opens : _failures.Opens ?? _successes.Opens;

    /// <summary>One round. Returns the fault that left something behind, for the task to come back to after a pause.</summary>
    /// <param name="doing">Told of each queue.</param>
    /// <param name="cancellation">Ends it.</param>
    public async ValueTask<StoreException?> RoundAsync(Action<WorkQueue> doing, CancellationToken cancellation)
    {
        var now = context.Now;
        var (successes, failures) = (Pass(_successes, now), Pass(_failures, now));
        if (failures)
            Waiting = 0;
        StoreException? trouble = null;
        var good = new ReportGroups();
        var bad = new ReportGroups();
        var free = _pace.Free(context.Settings.ReportRate);
        foreach (var queue in Queues)
        {
            doing(queue);
            var news = News.Take(queue);
            if (news || successes)
                trouble = await SuccessesAsync(queue, successes ? good : null, cancellation) ?? trouble;
            if (failures)
                trouble = await FailuresAsync(queue, bad, free, cancellation) ?? trouble;
            else if (news && _failures.Opens is null && (await context.Queues.ReadFinishedAsync(queue, DocumentState.Failure, null, 1, cancellation)).Count > 0)
                _failures.Knock(now);
        }
        if (await ReportAsync(good.TakeAll(), cancellation) is { } late)
            trouble = Later(_successes, late);
        if (await ReportAsync(Allowed(bad.TakeAll(), free), cancellation) is { } later)
            trouble = Later(_failures, later);
        return trouble;
    }

    private static int Place(WorkQueue queue) => Queues.Index().First(one => one.Item == queue).Index;

    private static bool Pass(Gate gate, DateTimeOffset now)
    {
        if (!gate.IsOpen(now))
            return false;
        gate.Close();
        return true;
    }

    private StoreException Later(Gate gate, StoreException trouble)
    {
        gate.Knock(context.Now);
        return trouble;
    }

    private async ValueTask<StoreException?> SuccessesAsync(WorkQueue queue, ReportGroups? groups, CancellationToken cancellation)
    {
        StoreException? trouble = null;
        Unid? after = null;
        for (var more = true; more;)
        {
            var finished = await context.Queues.ReadFinishedAsync(queue, DocumentState.Success, after, Batch, cancellation);
            var over = new List<Settlement>(finished.Count);
            foreach (var lease in finished)
            {
                after = lease.Document.Id;
                if (!Wish.MayWantSuccess(lease.Document))
                    over.Add(Settlement.Removed(lease));
                else if (groups is null)
                    _successes.Knock(context.Now);
                else
                    groups.Add(await CaseAsync(await WithHistoryAsync(lease, cancellation), DeliveryAction.Delivered, cancellation));
            }
            await SettleAsync(over, cancellation);
            more = finished.Count == Batch;
            if (groups is { IsFull: true } && await ReportAsync(groups.TakeAll(), cancellation) is { } late)
                trouble = Later(_successes, late);
        }
        return trouble;
    }

    // Most successes are told to nobody, and their history is not asked for.
    private async ValueTask<Lease> WithHistoryAsync(Lease lease, CancellationToken cancellation) => lease.Document.AttemptCount == 0 ? lease
        : lease with { Document = lease.Document with { Attempts = (await context.Queues.GetAsync(lease.Document.Id, cancellation))?.Attempts ?? [] } };

    private async ValueTask<StoreException?> FailuresAsync(WorkQueue queue, ReportGroups groups, int free, CancellationToken cancellation)
    {
        StoreException? trouble = null;
        var messages = 0;
        Unid? after = null;
        for (var more = true; more;)
        {
            var finished = await context.Queues.ReadFinishedAsync(queue, DocumentState.Failure, after, Batch, cancellation);
            var over = new List<Settlement>();
            foreach (var lease in finished)
            {
                after = lease.Document.Id;
                if (Unreported(queue, lease) is { } settlement)
                    over.Add(settlement);
                else
                    messages += groups.Add(await CaseAsync(lease, DeliveryAction.Failed, cancellation)) ? 1 : 0;
            }
            await SettleAsync(over, cancellation);
            // Where more wait than may be reported now, the rest of the backlog is not read: it would be read again each time.
            more = finished.Count == Batch && messages <= free;
            if (!more || !groups.IsFull)
                continue;
            if (free < int.MaxValue)
            {
                // What is not read now has no hint of its own any more: the next round is for it.
                _failures.Knock(context.Now);
                more = false;
            }
            else if (await ReportAsync(Allowed(groups.TakeAll(), free), cancellation) is { } later)
            {
                trouble = Later(_failures, later);
            }
        }
        return trouble;
    }

    private ValueTask<ReportCase> CaseAsync(Lease lease, DeliveryAction action, CancellationToken cancellation) =>
        reporter.KnownAsync(new ReportCase(Settlement.Removed(lease), action, lease.Document.Envelope!.Recipients), cancellation);

    // What becomes of a failure of which nobody is told; null for one that is reported.
    private Settlement? Unreported(WorkQueue queue, Lease lease)
    {
        var document = lease.Document;
        var recipients = document.Envelope!.Recipients;
        // RFC 8460 3: a report on TLS that cannot be delivered is of no use to anybody, and nobody is told.
        if (document.Form == Forms.TlsReport)
        {
            LogTlsReportLost(log, document.Id, recipients[0].Address, document.Reason ?? "transmission failed");
            return Settlement.Removed(lease);
        }
        // Seed 002: relayed messages and reports are documents that don't have parents; when they fail they are marked dead and remain. Of relayed mail
        // RFC 5321 6.1 wants its sender told.
        if (queue == WorkQueue.Outbound && document.Parent is null && (context.Settings.RelayFailures == RelayFailures.Dead || Forms.IsReport(document.Form) || document.Envelope.Sender is null))
            return FinishedSettling.Dead(lease, document.Reason ?? "transmission failed");
        if (document.Envelope.Sender is null || Forms.IsReport(document.Form) || recipients.Any(recipient => Wish.Wants(document.Envelope, recipient, DeliveryAction.Failed)))
            return null;
        return Reporter.Untold(new ReportCase(Settlement.Removed(lease), DeliveryAction.Failed, recipients));
    }

    // Those of the groups whose turn it is, of each queue in turn; the round after this goes on behind the last. For the others the gate opens again.
    private List<ReportGroup> Allowed(IReadOnlyList<ReportGroup> groups, int free)
    {
        var now = context.Now;
        var ready = Queues.Select(_ => new Queue<ReportGroup>()).ToArray();
        foreach (var group in groups)
        {
            if (group.Recipients < Reporter.MostRecipients && _spacing.RestsUntil(group.Key, now) is { } rested)
                _failures.OpenAt(rested);
            else
                ready[Place(group.Cases[0].Document.Queue!.Value)].Enqueue(group);
        }
        var waiting = ready.Sum(queue => queue.Count);
        var allowed = new List<ReportGroup>(Math.Min(free, waiting));
        for (; allowed.Count < free && waiting > 0; _turn = (_turn + 1) % ready.Length)
        {
            if (!ready[_turn].TryDequeue(out var group))
                continue;
            allowed.Add(group);
            waiting--;
        }
        if (waiting > 0)
            _failures.OpenAt(_pace.Next(context.Settings.ReportRate));
        Waiting += waiting;
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
                        settlements.AddRange(await reporter.ReportAsync(group.Cases, cancellation));
                    }
                    catch (StoreException fault)
                    {
                        trouble = fault;
                    }
                }
                await SettleAsync(settlements, cancellation);
                Reported(some);
            }
            catch (StoreException fault)
            {
                trouble = fault;
            }
            finally
            {
                await reporter.ReleaseAsync();
            }
        }
        return trouble;
    }

    private void Reported(IEnumerable<ReportGroup> groups)
    {
        foreach (var group in groups.Where(group => group.Cases[0].Action == DeliveryAction.Failed))
            _spacing.Reported(group.Key, context.Now);
    }

    private async ValueTask SettleAsync(List<Settlement> settlements, CancellationToken cancellation)
    {
        var (failures, lost) = await _settling.SettleAsync(settlements, cancellation);
        _pace.Spend(failures, context.Settings.ReportRate);
        if (!lost)
            return;
        // Nothing has changed about those, and another round finds what is left of them.
        _successes.Knock(context.Now);
        _failures.Knock(context.Now);
    }

    [LoggerMessage(1202, LogLevel.Warning, "document {Unid}: TLS report to {Address} given up: {Reason}")]
    private static partial void LogTlsReportLost(ILogger log, Unid unid, Mailbox address, string reason);
}
