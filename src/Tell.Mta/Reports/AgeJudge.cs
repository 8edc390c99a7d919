using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Outbound;

namespace Tell.Mta.Reports;

/// <summary>What is due for a waiting document at its age: its end, or a word to its sender while that can still help. Changes nothing.</summary>
internal sealed class AgeJudge(MtaContext context)
{
    private static readonly EnhancedStatus NoAnswer = new(4, 4, 1);

    /// <summary>The document given up, where its time is over; null where it is not.</summary>
    public Settlement? Over(Lease lease, DateTimeOffset now)
    {
        var document = lease.Document;
        if (document.Envelope is not { } envelope || context.Profiles.PolicyOf(document).EndOf(document) > now)
            return null;
        // Local mail that nobody has tried to file waits for ROUTER, unless its sender wants it back by now: on doubt nothing is given up.
        var untried = document is { Queue: WorkQueue.MailBox, State: DocumentState.Pending };
        return untried && !(envelope.DeliverByReturns && envelope.DeliverBy <= now) ? null : OutboundOutcome.GiveUp(lease);
    }

    /// <summary>
    /// What the sender is told now; null for nothing: no age has passed that was not told of, nobody is there who wants to hear of it, nothing has
    /// failed yet, or no attempt is left before the end, which is told soon enough.
    /// </summary>
    public ReportCase? Late(Lease lease, DateTimeOffset now)
    {
        var document = lease.Document;
        if (document.Envelope is not { Sender: not null } envelope || Forms.IsReport(document.Form))
            return null;
        var policy = context.Profiles.PolicyOf(document);
        var notices = policy.NoticesOf(document);
        var passed = notices.Count(time => time <= now);
        if (passed <= document.Notices)
            return null;
        var end = policy.EndOf(document);
        var outage = OutageOf(document);
        // RFC 2852 4.1.2: who has named a time is told then, whatever the reason.
        var asked = RetryPolicy.DeadlineOf(document) is { } by && by <= now && notices.IndexOf(by) >= document.Notices;
        if (!asked && ((document.AttemptCount == 0 && outage is null) || NextOf(document, policy, now) >= end))
            return null;
        ImmutableArray<Recipient> recipients = [.. envelope.Recipients.Where(Wants).Select(recipient => Told(recipient, outage))];
        if (recipients.IsEmpty)
            return null;
        return new ReportCase(Settlement.Released(lease) with { Notices = passed }, DeliveryAction.Delayed, recipients) { RetryUntil = end };
    }

    // Facts: sun-cisco C5: a warning comes after a failed attempt at the earliest; that of another message for the same host is one.
    private HostFailure? OutageOf(Document document) => document.Queue == WorkQueue.Outbound
        ? context.DestinationOf(document.Destination) is { State: DestinationState.Down, Failure: { } failure } ? failure : null
        : null;

    private static DateTimeOffset NextOf(Document document, RetryPolicy policy, DateTimeOffset now) =>
        document.Due > now ? document.Due.Value : now + policy.After(Math.Max(1, document.AttemptCount));

    private static bool Wants(Recipient recipient) =>
        recipient.Status == RecipientStatus.Waiting && (recipient.Notify == Notify.Unspecified || recipient.Notify.HasFlag(Notify.Delay));

    private static Recipient Told(Recipient recipient, HostFailure? outage) => recipient.LastReply is not null || outage is null
        ? recipient
        : recipient with { LastReply = outage.Text, LastStatus = NoAnswer };
}
