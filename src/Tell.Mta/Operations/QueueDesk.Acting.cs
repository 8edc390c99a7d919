using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.LocalDelivery;
using Tell.Mta.Reports;
using Tell.Mta.Statistics;

namespace Tell.Mta.Operations;

/// <content>What operators do with documents.</content>
public sealed partial class QueueDesk
{
    // The kinds of reasons that an answer tells apart.
    private const int MostReasons = 50;

    private const string Gone = "is in no queue",
        NotStopped = "is not dead or held",
        OnHold = "waits for a recipient who is on hold: NAMES SET USER onHold=, then PROCESS_HELD",
        Parent = "has children in SMTPOBWQ: it ends with them",
        NotWaiting = "does not wait: it is under way, finished or stopped",
        Lost = "was taken by a task in this moment, and is left to it";

    /// <summary>
    /// Dead and held documents wait again, due now; their age begins anew. What goes in circles and was released is not held again for that by this MTA
    /// before it has gone round once more. Those of the hold queue are left to <see cref="HoldDesk"/>.
    /// </summary>
    public Task<QueueWork> ReleaseAsync(QueueSelection selection, string by, CancellationToken cancellation) => ActAsync(
        "released", selection, Name(by), null,
        document => Stopped(document) ?? (Hold.Has(document) ? OnHold : null),
        lease => ValueTask.FromResult<(Settlement?, string?)>((Release.Of(lease, _context.Now) with { Counters = [new(Stat.Released, 1)] }, null)),
        cancellation);

    /// <summary>Dead and held documents are deleted (seed 002: "manually delete these messages"), and nobody is told.</summary>
    public Task<QueueWork> DeleteAsync(QueueSelection selection, string by, CancellationToken cancellation) => ActAsync(
        "deleted", selection, Name(by), null,
        Stopped,
        lease => ValueTask.FromResult<(Settlement?, string?)>((Settlement.Removed(lease) with { Counters = [new(Stat.RemovedRecipients, lease.Document.Envelope?.Recipients.Length ?? 0)] }, null)),
        cancellation);

    /// <summary>Waiting documents stop until they are released. What is under way is left to its task.</summary>
    public Task<QueueWork> HoldAsync(QueueSelection selection, string by, string? reason, CancellationToken cancellation)
    {
        var who = Name(by);
        // Who holds it stands last: no reason that anybody gives is one of the hold queue.
        var why = $"{(string.IsNullOrWhiteSpace(reason) ? "" : Short(reason, LongestReason) + " ")}(held by {who})";
        return ActAsync(
            "held", selection, who, why,
            document => document.Children > 0 ? Parent : document.State is DocumentState.Pending or DocumentState.Failure && document.Due is not null ? null : NotWaiting,
            lease => ValueTask.FromResult<(Settlement?, string?)>((Settlement.Held(lease, why), null)),
            cancellation);
    }

    /// <summary>Dead, held and waiting documents fail for good with a reason: the Delivery Report Task tells their senders, who see the reason and not the name.</summary>
    public Task<QueueWork> ReturnAsync(QueueSelection selection, string by, string? reason, CancellationToken cancellation)
    {
        var why = string.IsNullOrWhiteSpace(reason) ? "Returned by the administrator of this server" : Short(reason, LongestReason);
        return ActAsync(
            "returned", selection, Name(by), why, Returnable,
            lease => ValueTask.FromResult<(Settlement?, string?)>((Settlement.Failed(lease, why) with
            {
                Envelope = lease.Document.Envelope! with
                {
                    Recipients = [.. lease.Document.Envelope!.Recipients.Select(recipient => recipient with
                    {
                        Status = RecipientStatus.Failed,
                        LastStatus = new EnhancedStatus(5, 0, 0),
                        LastReply = why,
                        LastHost = null,
                    })],
                },
                Counters = [new(Stat.FailedRecipients, lease.Document.Envelope!.Recipients.Length)],
            }, null)),
            cancellation);
    }

    /// <summary>The envelope of a dead or held document changes. Returns what is wrong, or null; then it is done. Where its recipients have several destinations it is several documents.</summary>
    public async Task<string?> EditAsync(Unid id, EnvelopeEdit edit, string by, CancellationToken cancellation)
    {
        if (edit.IsEmpty)
            return "Nothing is to be changed.";
        var work = await ActAsync("edited", QueueSelection.Of(id), Name(by), edit.ToString(), Stopped, lease => _editor.ApplyAsync(lease, edit, cancellation), cancellation);
        return work.Left is [var left, ..] ? $"{id} {left.Reason}." : null;
    }

    private static string? Stopped(Document document) =>
        document.State is not (DocumentState.Dead or DocumentState.Held) ? NotStopped : document.Children > 0 ? Parent : null;

    private string? Returnable(Document document)
    {
        if (document.Children > 0)
            return Parent;
        if (document.State is not (DocumentState.Dead or DocumentState.Held) && document.Due is null)
            return NotWaiting;
        if (Forms.IsReport(document.Form) || document.Envelope?.Sender is null)
            return "has nobody to be returned to: QUEUE DELETE deletes it when it is dead or held";
        return document is { Queue: WorkQueue.Outbound, Parent: null } && _context.Settings.RelayFailures == RelayFailures.Dead
            ? "is relayed mail, which SMTPMTA_RelayFailures=dead keeps from being reported: SET CONFIGURATION SMTPMTA_RelayFailures=report first"
            : null;
    }

    private async Task<QueueWork> ActAsync(
        string fact, QueueSelection selection, string by, string? reason, Func<Document, string?> refuses, Func<Lease, ValueTask<(Settlement?, string?)>> settle, CancellationToken cancellation)
    {
        var done = 0L;
        var left = new Dictionary<string, (long Documents, Unid First)>(StringComparer.Ordinal);
        await foreach (var page in IdsAsync(selection, cancellation))
        {
            var settlements = new List<Settlement>(page.Count);
            foreach (var id in page)
            {
                // The lease first: whoever takes the document after this has a newer fence, whoever has it already is seen in what is shown.
                var lease = await _context.Queues.ReadLeaseAsync(id, cancellation);
                var shown = lease is null ? null : await _context.Queues.GetAsync(id, cancellation);
                // Of many, what has changed since is no longer meant.
                if (selection.IsWide && (shown is null || !selection.Fits(shown)))
                    continue;
                var refusal = shown is null ? Gone : refuses(shown);
                Settlement? settlement = null;
                if (refusal is null)
                    (settlement, refusal) = await settle(lease!);
                if (settlement is not null)
                    settlements.Add(settlement);
                else
                    Leave(refusal!, id);
            }
            // What one page has settled stands, whatever becomes of the next.
            var settled = settlements.Count == 0 ? [] : await _context.Queues.SettleAsync(settlements, cancellation);
            var last = default(Settlement);
            var some = 0;
            for (var i = 0; i < settlements.Count; i++)
            {
                if (!settled[i])
                {
                    Leave(Lost, settlements[i].Lease.Document.Id);
                    continue;
                }
                (last, some) = (settlements[i], some + 1);
                Log(fact, settlements[i], by, reason);
            }
            done += some;
            if (some == 1)
                LogActed(_log, by, fact, last!.Lease.Document.Id, Because(reason ?? last.Lease.Document.Reason));
            else if (some > 1)
                LogActedMany(_log, by, fact, some, last!.Lease.Document.Id, Because(reason));
        }
        return new QueueWork(done, [.. left.Select(one => (one.Key, one.Value.Documents, one.Value.First))]);

        void Leave(string why, Unid id)
        {
            if (left.Count >= MostReasons && !left.ContainsKey(why))
                why = "cannot be done either, for yet other reasons";
            var (documents, first) = left.GetValueOrDefault(why, (0, id));
            left[why] = (documents + 1, first);
        }
    }

    private static string Because(string? reason) => string.IsNullOrEmpty(reason) ? "" : $": {reason}";

    private void Log(string fact, Settlement settlement, string by, string? reason)
    {
        var document = settlement.Lease.Document;
        _context.Transfers.Acted(fact, document, by, reason);
        foreach (var split in settlement.Created)
            _context.Transfers.Queued(split, document.Id);
        if (settlement.Kind != SettlementKind.Failed)
            return;
        foreach (var recipient in settlement.Envelope!.Recipients)
            _context.Transfers.Failed(document, recipient, reason ?? "");
    }

    [LoggerMessage(1730, LogLevel.Information, "{By} {Fact} document {Unid}{Because}")]
    private static partial void LogActed(ILogger log, string by, string fact, Unid unid, string because);

    [LoggerMessage(1731, LogLevel.Information, "{By} {Fact} {Documents} documents, the last of them {Unid}{Because}")]
    private static partial void LogActedMany(ILogger log, string by, string fact, int documents, Unid unid, string because);
}
