using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Statistics;

namespace Tell.Mta.Reports;

/// <summary>
/// Turns cases into settlements: those of one message and one kind become one report, which is made in the same transaction in which their
/// documents go on. What is not to be reported (NOTIFY, RFC 3461 4.1) goes on without one.
/// </summary>
internal sealed class Reporter(MtaContext context)
{
    private readonly ReportComposer _composer = new(context);

    /// <summary>The settlements that carry the cases out.</summary>
    public async ValueTask<IReadOnlyList<Settlement>> ReportAsync(IReadOnlyList<ReportCase> cases, CancellationToken cancellation)
    {
        var settlements = new List<Settlement>(cases.Count);
        foreach (var one in cases)
        {
            var source = one.Document.Parent is { } parent ? await context.Queues.GetAsync(parent, cancellation) ?? one.Document : one.Document;
            if (Forms.IsReport(source.Form) || source.Envelope?.Sender is not { } sender)
            {
                settlements.Add(Settlement.Dead(one.Settlement.Lease, $"nobody to report to: {one.Document.Reason}") with { Counters = [new(Stat.Dead, 1)] });
                continue;
            }
            var draft = new ReportDraft
            {
                To = sender,
                Source = source,
                Form = Forms.NonDeliveryReport,
                Recipients = [.. one.Recipients.Select(recipient => Of(one, recipient))],
                Returned = one.Document.Content,
                Reason = one.Document.Reason ?? "",
            };
            var report = await _composer.ComposeAsync(draft, cancellation);
            settlements.Add(one.Settlement with { Created = one.Settlement.Created.Add(report), Counters = one.Settlement.Counters.Add(new(Stat.Reports, 1)) });
        }
        return settlements;
    }

    private static RecipientReport Of(ReportCase one, Recipient recipient)
    {
        var last = one.Document.Attempts is [.., var attempt] ? attempt : null;
        var spoke = recipient.LastHost ?? (last?.Code > 0 ? last.Host : null);
        var said = recipient.LastReply ?? last?.Text ?? one.Document.Reason;
        return new RecipientReport(recipient.Address, one.Action, recipient.LastStatus)
        {
            OriginalRecipient = recipient.OriginalRecipient,
            Reason = Line.Clean(one.Document.Reason ?? said ?? ""),
            RemoteMta = spoke,
            Diagnostic = said,
            DiagnosticType = spoke is null ? "x-tell" : "smtp",
            LastAttempt = last?.Time,
        };
    }

    /// <summary>After the settlements are stored, or have failed to be: contents that no document points at go.</summary>
    public ValueTask ReleaseAsync() => _composer.ReleaseAsync();
}
