using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Outbound;
using Tell.Mta.Statistics;

namespace Tell.Mta.Reports;

/// <summary>
/// Tries dead documents again by themselves, SMTPMTA_DeadRetries times each (facts: lotus 6.5). Each try stands in the document's history, so that
/// the count survives restarts, and what operators release does not use it up. A round looks at a bounded number of documents, and
/// rounds look at none until one can be due.
/// </summary>
internal sealed class DeadRetrier(MtaContext context)
{
    /// <summary>The phase of the entry in the history that stands for a try.</summary>
    public const string Phase = "tried again by itself";

    /// <summary>Who released it, in the transfer log.</summary>
    public const string By = "SMTPMTA drt";

    private const int Page = 500;

    /// <summary>The most documents that one round looks at.</summary>
    internal const int MostInRound = 2000;

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    // Where the sweep that is under way has come to, and what it has found out about when the next one must begin.
    private Unid? _after;
    private DateTimeOffset _nextSweep = DateTimeOffset.MinValue, _earliest;
    private (int Retries, TimeSpan Interval) _rule;
    private bool _sweeping;

    /// <summary>What is due of one bounded part of the dead documents.</summary>
    public async ValueTask RoundAsync(CancellationToken cancellation)
    {
        var rule = (context.Settings.DeadRetries, context.Settings.DeadRetryInterval);
        if (rule != _rule)
            (_rule, _sweeping, _nextSweep) = (rule, false, DateTimeOffset.MinValue);
        if (_rule.Retries == 0 || (!_sweeping && context.Now < _nextSweep))
            return;
        // To look for them costs as much as what waits is long; that there are none is known.
        if (!_sweeping && !context.Queues.Counts().Any(count => count is { State: DocumentState.Dead, Documents: > 0 }))
        {
            _nextSweep = context.Now + _rule.Interval;
            return;
        }
        // What dies while nothing is looked at is due an interval later at the earliest.
        if (!_sweeping)
            (_sweeping, _after, _earliest) = (true, null, context.Now + _rule.Interval);
        for (var looked = 0; looked < MostInRound; looked += Page)
        {
            var page = await context.Queues.ViewAsync(new QueueView { State = DocumentState.Dead, After = _after, Limit = Page }, cancellation);
            await TryAsync(page, cancellation);
            if (page.Count < Page)
            {
                _sweeping = false;
                _nextSweep = _earliest > context.Now + Shortest ? _earliest : context.Now + Shortest;
                return;
            }
            _after = page[^1].Id;
        }
    }

    private async ValueTask TryAsync(IReadOnlyList<Document> page, CancellationToken cancellation)
    {
        var again = new List<Settlement>();
        foreach (var dead in page)
        {
            // A parent is as its children are: they are what can be tried.
            if (await context.Queues.ReadLeaseAsync(dead.Id, cancellation) is not { Document: { State: DocumentState.Dead, Children: 0 } } lease
                || lease.Document.Attempts.Count(attempt => attempt.Phase == Phase) is var tries && tries >= _rule.Retries)
                continue;
            var due = StoppedAt(lease.Document) + _rule.Interval;
            if (due <= context.Now)
                again.Add(Again(lease, tries + 1));
            else if (due < _earliest)
                _earliest = due;
        }
        if (again.Count == 0)
            return;
        var done = await context.Queues.SettleAsync(again, cancellation);
        foreach (var (settlement, _) in again.Zip(done).Where(pair => pair.Second))
            context.Transfers.Acted("released", settlement.Lease.Document, By, settlement.Attempt!.Text);
    }

    // What grew too old stopped at its end, by the policy in force: its last attempt, where it had any, may have been days before.
    private DateTimeOffset StoppedAt(Document document)
    {
        var stopped = Release.StoppedAt(document);
        if (document.Reason?.StartsWith(OutboundOutcome.Expired, StringComparison.Ordinal) != true)
            return stopped;
        var end = context.Profiles.PolicyOf(document).EndOf(document);
        return end > stopped && end <= context.Now ? end : stopped;
    }

    private Settlement Again(Lease lease, int number) => Release.Of(lease, context.Now) with
    {
        Attempt = new Attempt { Time = context.Now, Phase = Phase, Text = Line.Clean($"{number} of {_rule.Retries}; it was dead: {lease.Document.Reason}").Text },
        Counters = [new(Stat.DeadRetried, 1)],
    };
}
