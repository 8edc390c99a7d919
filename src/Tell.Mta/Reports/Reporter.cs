using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing;
using Tell.Mta.Statistics;

namespace Tell.Mta.Reports;

/// <summary>
/// Turns cases into settlements: those of one message and one kind become one report, which is made in the same transaction in which their
/// documents go on. What is not to be reported (NOTIFY, RFC 3461 4.1) goes on without one. Nobody is told of a report, and nothing is told to the null
/// sender. Not safe for concurrent use.
/// </summary>
internal sealed partial class Reporter(MtaContext context)
{
    /// <summary>The recipients of one report; more make another.</summary>
    public const int MostRecipients = 1000;

    // The characters of what one report says about its recipients, the returned message not counted.
    private const int MostText = 256 * 1024;

    private readonly ReportComposer _composer = new(context);
    private readonly ReportSlots _slots = new(context.Time);

    // What is no failure is made at once, so that its documents go, and leaves at the pace: nothing of that waits in the way of others.
    private readonly ReportPace _pace = new(context.Time);
    private readonly Dictionary<(Unid Parent, DeliveryAction Action), MessageKey> _keys = [];
    private readonly ILogger _log = context.Loggers.CreateLogger("SMTPMTA drt");

    /// <summary>The settlements that carry the cases out; each case is in one of them, alone or with others of its message.</summary>
    /// <exception cref="StoreException">The store failed; nothing is to be settled then.</exception>
    public async ValueTask<IReadOnlyList<Settlement>> ReportAsync(IReadOnlyList<ReportCase> cases, CancellationToken cancellation)
    {
        var settlements = new List<Settlement>(cases.Count);
        var known = new List<ReportCase>(cases.Count);
        foreach (var one in cases)
            known.Add(await KnownAsync(one, cancellation));
        try
        {
            foreach (var group in known.GroupBy(one => one.Key))
                await ReportAsync([.. group], settlements, cancellation);
        }
        catch
        {
            // Those that were made are made again.
            foreach (var settlement in settlements)
                Undo(settlement);
            throw;
        }
        return settlements;
    }

    /// <summary>The case with its key. Keys of parents are remembered until <see cref="ReleaseAsync"/>.</summary>
    public async ValueTask<ReportCase> KnownAsync(ReportCase one, CancellationToken cancellation)
    {
        if (one.Key is not null)
            return one;
        if (one.Document.Parent is not { } parent)
            return one with { Key = MessageKey.Of(one.Document, one.Action) };
        if (!_keys.TryGetValue((parent, one.Action), out var key))
            _keys[(parent, one.Action)] = key = MessageKey.Of(await SourceAsync(one.Document, cancellation), one.Action);
        return one with { Key = key };
    }

    /// <summary>After the settlements are stored, or have failed to be: contents that no document points at go.</summary>
    public ValueTask ReleaseAsync()
    {
        _keys.Clear();
        return _composer.ReleaseAsync();
    }

    /// <summary>A settlement was not carried out: its reports have not left.</summary>
    public void Undo(Settlement settlement) => Return(settlement.Created);

    /// <summary>The case of a document whose recipients are not told of: it goes on, and that is counted.</summary>
    public static Settlement Untold(ReportCase one) => one.Action != DeliveryAction.Failed ? one.Settlement
        : one.Settlement with { Counters = one.Settlement.Counters.Add(new(Stat.SuppressedRecipients, one.Recipients.Length)) };

    // Seed 002: "based on the information stored in the failed message's parent document in SMTP.BOX".
    private async ValueTask<Document> SourceAsync(Document document, CancellationToken cancellation) =>
        document.Parent is { } parent ? await context.Queues.GetAsync(parent, cancellation) ?? document : document;

    private async ValueTask ReportAsync(ImmutableArray<ReportCase> cases, List<Settlement> settlements, CancellationToken cancellation)
    {
        var source = await SourceAsync(cases[0].Document, cancellation);
        var failed = cases[0].Action == DeliveryAction.Failed;
        if (Forms.IsReport(source.Form) || source.Envelope?.Sender is not { } sender)
        {
            settlements.AddRange(cases.Select(one => failed ? Dead(one, $"nobody to report to: {one.Document.Reason}") : one.Settlement));
            return;
        }
        var form = await FormAsync(cases[0].Action, source, sender, cancellation);
        var told = new List<(ReportCase Case, ImmutableArray<RecipientReport> Of)>();
        foreach (var one in cases)
        {
            ImmutableArray<RecipientReport> of =
            [
                .. one.Recipients.Where(recipient => form == Forms.TraceReport ? Wish.WantsTrace(recipient) : Wish.Wants(one.Document.Envelope!, recipient, one.Action)).Select(recipient => Of(one, recipient)),
            ];
            if (of.IsEmpty)
                settlements.Add(Untold(one));
            else
                told.Add((one, of));
        }
        foreach (var share in Shares(told))
            await TogetherAsync(source, sender, form, share, settlements, cancellation);
    }

    private async ValueTask<string> FormAsync(DeliveryAction action, Document source, Mailbox sender, CancellationToken cancellation)
    {
        if (action == DeliveryAction.Failed)
            return Forms.NonDeliveryReport;
        if (action == DeliveryAction.Delayed)
            return Forms.DelayReport;
        return await MayTraceAsync(source, sender, cancellation) ? Forms.TraceReport : Forms.DeliveryReport;
    }

    // The way is for those who are here: what it tells is nothing to the Internet.
    private async ValueTask<bool> MayTraceAsync(Document source, Mailbox sender, CancellationToken cancellation) =>
        IsTraced(source) && await context.Directory.LocateAsync(sender, cancellation) is { Kind: LocalityKind.Local };

    private static bool IsTraced(Document source) => source.Form == Forms.Memo && "T".Equals(source[ItemNames.DeliveryReport]?.Text, StringComparison.OrdinalIgnoreCase);

    // Documents together, in their order, as long as one report can bear them; at least one.
    private static IEnumerable<List<(ReportCase Case, ImmutableArray<RecipientReport> Of)>> Shares(List<(ReportCase Case, ImmutableArray<RecipientReport> Of)> told)
    {
        var share = new List<(ReportCase, ImmutableArray<RecipientReport>)>();
        var (recipients, text) = (0, 0L);
        foreach (var one in told)
        {
            var more = one.Of.Sum(TextOf);
            if (share.Count > 0 && (recipients + one.Of.Length > MostRecipients || text + more > MostText))
            {
                yield return share;
                share = [];
                (recipients, text) = (0, 0);
            }
            share.Add(one);
            recipients += one.Of.Length;
            text += more;
        }
        if (share.Count > 0)
            yield return share;
    }

    private async ValueTask TogetherAsync(
        Document source, Mailbox sender, string form, List<(ReportCase Case, ImmutableArray<RecipientReport> Of)> share, List<Settlement> settlements, CancellationToken cancellation)
    {
        var reports = new List<Document>();
        try
        {
            foreach (var some in Pieces([.. share.SelectMany(one => one.Of)]))
                reports.Add(await ReportAsync(source, sender, form, [.. share.Select(one => one.Case)], some, cancellation));
            // Checkpoint: nothing has changed yet. All of these documents go on with the reports, or none.
            var head = Counted(share[0]);
            var counters = head.Counters.Add(new(StatOf(form), reports.Count));
            if (reports.Count(report => report.Due is not null) is > 0 and var delayed)
                counters = counters.Add(new(Stat.ReportsDelayed, delayed));
            settlements.Add(head with { Created = [.. head.Created, .. reports], Others = [.. share.Skip(1).Select(Counted)], Counters = counters });
        }
        // Seed 002: if, for whatever reason, the DRT task cannot build a failure report, the message is marked dead. The others of its message are no worse for it.
        catch (Exception fault) when (fault is not (OperationCanceledException or StoreException))
        {
            Return(reports);
            if (share.Count > 1)
            {
                foreach (var one in share)
                    await TogetherAsync(source, sender, form, [one], settlements, cancellation);
                return;
            }
            var alone = share[0].Case;
            LogNoReport(_log, fault, alone.Document.Id);
            settlements.Add(alone.Action == DeliveryAction.Failed ? Dead(alone, $"no report could be built: {Line.Clean(fault.Message)}") : alone.Settlement);
        }
        catch
        {
            Return(reports);
            throw;
        }
    }

    // Of some of its recipients nobody is told.
    private static Settlement Counted((ReportCase Case, ImmutableArray<RecipientReport> Of) one) =>
        one.Case.Action == DeliveryAction.Failed && one.Case.Recipients.Length - one.Of.Length is > 0 and var suppressed
            ? one.Case.Settlement with { Counters = one.Case.Settlement.Counters.Add(new(Stat.SuppressedRecipients, suppressed)) }
            : one.Case.Settlement;

    private async ValueTask<Document> ReportAsync(
        Document source, Mailbox sender, string form, ImmutableArray<ReportCase> cases, ImmutableArray<RecipientReport> recipients, CancellationToken cancellation)
    {
        var isFailure = form == Forms.NonDeliveryReport;
        // Who wants to know the way wants to know where it ended, most of all.
        var way = form == Forms.TraceReport || (isFailure && await MayTraceAsync(source, sender, cancellation)) ? Way.Of(source, cases.Select(one => one.Document), context.HostDomain) : null;
        var report = await _composer.ComposeAsync(
            new ReportDraft
            {
                To = Addressee(cases[0].Document, sender),
                Source = source,
                Form = form,
                Recipients = recipients,
                Returned = cases.Select(one => one.Document.Content).FirstOrDefault(content => content is not null),
                Way = way?.Lines ?? [],
                Reason = string.Join("; ", cases.Select(one => one.Document.Reason).OfType<string>().Distinct().Take(3)),
            },
            cancellation);
        if (way is not null)
            report = report with { Items = [.. report.Items, .. way.Items] };
        var due = isFailure ? context.Now : _pace.Take(context.Settings.ReportRate);
        if (report.Queue == WorkQueue.Outbound && SlotOf(report.Envelope!.Recipients[0].Address) is var slot && slot > due)
            due = slot;
        return due > context.Now ? report with { Due = due } : report;
    }

    private DateTimeOffset SlotOf(Mailbox address)
    {
        var limit = context.Settings.ReportsPerRecipient;
        var slot = _slots.Take(address, limit, out var begins);
        if (begins)
            LogWaits(_log, address, limit);
        return slot;
    }

    // The one place for whoever is told in the sender's stead.
    private Mailbox Addressee(Document document, Mailbox sender) => context.Profiles.ReportToOf(document) ?? sender;

    private static IEnumerable<ImmutableArray<RecipientReport>> Pieces(IReadOnlyList<RecipientReport> recipients)
    {
        var (from, text) = (0, 0L);
        for (var i = 0; i < recipients.Count; i++)
        {
            var more = TextOf(recipients[i]);
            if (i > from && (i - from >= MostRecipients || text + more > MostText))
            {
                yield return [.. recipients.Skip(from).Take(i - from)];
                (from, text) = (i, 0);
            }
            text += more;
        }
        yield return [.. recipients.Skip(from)];
    }

    private static long TextOf(RecipientReport recipient) =>
        2L * recipient.FinalRecipient.LocalPart.Length + (recipient.OriginalRecipient?.Length ?? 0) + (recipient.Diagnostic?.Length ?? 0) + recipient.Reason.Text.Length + 200;

    private static RecipientReport Of(ReportCase one, Recipient recipient)
    {
        var last = one.Document.Attempts is [.., var attempt] ? attempt : null;
        var spoke = recipient.LastHost ?? (last?.Code > 0 ? last.Host : null);
        var said = recipient.LastReply ?? last?.Text ?? one.Document.Reason;
        return new RecipientReport(recipient.Address, ActionOf(one, recipient), recipient.LastStatus)
        {
            OriginalRecipient = recipient.OriginalRecipient,
            Reason = Line.Clean(one.Document.Reason ?? said ?? ""),
            RemoteMta = spoke,
            Diagnostic = said,
            DiagnosticType = spoke is not null && IsReply(said) ? "smtp" : "x-tell",
            LastAttempt = last?.Time,
            WillRetryUntil = one.RetryUntil,
        };
    }

    // RFC 3464 2.3.6: a diagnostic of type smtp is the reply itself. What we say of a host, that its reply was none or that its time is over,
    // must not stand there as if the host had said it.
    private static bool IsReply(string? said) => said is [>= '2' and <= '5', >= '0' and <= '9', >= '0' and <= '9', ..] && (said.Length == 3 || said[3] is ' ' or '-');

    private static DeliveryAction ActionOf(ReportCase one, Recipient recipient) => (one.Action, recipient.Status) switch
    {
        (DeliveryAction.Failed or DeliveryAction.Delayed, _) => one.Action,
        (_, RecipientStatus.Expanded) => DeliveryAction.Expanded,
        (_, RecipientStatus.Relayed or RecipientStatus.Transferred) => DeliveryAction.Relayed,
        _ => DeliveryAction.Delivered,
    };

    private static string StatOf(string form) => form switch
    {
        Forms.DeliveryReport => Stat.DeliveryReports,
        Forms.DelayReport => Stat.DelayReports,
        Forms.TraceReport => Stat.TraceReports,
        _ => Stat.Reports,
    };

    private static Settlement Dead(ReportCase one, string reason) => Settlement.Dead(one.Settlement.Lease, reason) with { Counters = [new(Stat.Dead, 1)] };

    private void Return(IEnumerable<Document> reports)
    {
        foreach (var report in reports.Where(report => Forms.IsReport(report.Form)))
        {
            if (report.Form != Forms.NonDeliveryReport)
                _pace.Return(context.Settings.ReportRate);
            if (report.Queue == WorkQueue.Outbound)
                _slots.Return(report.Envelope!.Recipients[0].Address, context.Settings.ReportsPerRecipient);
        }
    }

    [LoggerMessage(1201, LogLevel.Error, "no report could be built for document {Unid}")]
    private static partial void LogNoReport(ILogger log, Exception fault, Unid unid);

    [LoggerMessage(1206, LogLevel.Warning, "reports to {Address} begin to wait: no more than {Limit} an hour leave for one address (SMTPMTA_ReportsPerRecipient)")]
    private static partial void LogWaits(ILogger log, Mailbox address, int limit);
}
