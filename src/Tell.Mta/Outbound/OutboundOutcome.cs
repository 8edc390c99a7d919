using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Statistics;
using Tell.Smtp.Client;

namespace Tell.Mta.Outbound;

/// <summary>
/// Decides how a child goes on: pure, so that every mixture of replies can be tested without a network. Recipients with different fates
/// part (the Sun MTA's Z record; DESIGN 3): those who wait keep the document, since its id tells its age and so when it is given up, and the
/// finished ones become a child of the same parent.
/// </summary>
internal sealed class OutboundOutcome(MtaSettings settings, TimeProvider time, Func<Unid> newId)
{
    /// <summary>The reason for a child that has grown too old (facts: lotus 7.1).</summary>
    public const string Expired = "Delivery time expired";

    /// <summary>When the document is given up.</summary>
    public DateTimeOffset ExpiresAt(Document document) => document.Created + settings.ExpireAfter;

    /// <summary>Too old: given up without another attempt.</summary>
    public Settlement GiveUp(Lease lease)
    {
        var envelope = lease.Document.Envelope!;
        return Settlement.Failed(lease, Expired) with
        {
            Envelope = envelope with { Recipients = Given(envelope.Recipients, new EnhancedStatus(4, 4, 7), Expired) },
            Counters = [new(Stat.FailedRecipients, envelope.Recipients.Length), new(Stat.Expired, envelope.Recipients.Length)],
        };
    }

    /// <summary>The next hop cannot be reached, or never will be.</summary>
    /// <param name="lease">The child.</param>
    /// <param name="attempt">What was found; its status of class 5 gives the child back, anything else defers it.</param>
    /// <param name="retryAt">When the destination is tried again.</param>
    public Settlement Unreachable(Lease lease, Attempt attempt, DateTimeOffset retryAt)
    {
        var envelope = lease.Document.Envelope!;
        var counted = new CounterChange(Stat.Attempts, 1);
        if (attempt.Status.Class == 5)
        {
            return Settlement.Failed(lease, attempt.Text) with
            {
                Attempt = attempt,
                Envelope = envelope with { Recipients = Given(envelope.Recipients, attempt.Status, attempt.Text) },
                Counters = [counted, new(Stat.FailedRecipients, envelope.Recipients.Length)],
            };
        }
        return Settlement.Deferred(lease, Earlier(retryAt, ExpiresAt(lease.Document)), attempt.Text) with
        {
            Attempt = attempt,
            Counters = [counted, new(Stat.Deferred, 1)],
        };
    }

    /// <summary>The peer has spoken, or fallen silent in the middle.</summary>
    /// <param name="lease">The child, with its attempts if it had any.</param>
    /// <param name="sent">What the peer said for each recipient.</param>
    /// <param name="attempt">The attempt for the history.</param>
    public Settlement Decide(Lease lease, Transmission sent, Attempt attempt)
    {
        var document = lease.Document;
        var envelope = document.Envelope!;
        List<Recipient> delivered = [], refused = [], waiting = [];
        Attempt delivering = attempt, refusing = attempt, deferring = attempt;
        foreach (var result in sent.Recipients)
        {
            var recipient = result.Recipient with
            {
                Attempts = result.Recipient.Attempts + 1,
                LastHost = attempt.Host,
                LastReply = result.Reply?.ToString() ?? sent.Fault?.Text,
                LastStatus = StatusOf(result),
            };
            if (result.Delivered)
            {
                delivered.Add(recipient with { Status = RecipientStatus.Delivered });
                delivering = Told(attempt, result);
            }
            else if (result.Refused)
            {
                refused.Add(recipient with { Status = RecipientStatus.Failed });
                refusing = Told(attempt, result);
            }
            else
            {
                waiting.Add(recipient);
                deferring = Told(attempt, result);
            }
        }

        var counters = ImmutableArray.CreateBuilder<CounterChange>();
        counters.Add(new(Stat.Attempts, 1));
        if (delivered.Count > 0)
        {
            counters.Add(new(Stat.Delivered, 1));
            counters.Add(new(Stat.DeliveredRecipients, delivered.Count));
            counters.Add(new(Stat.DeliveredOctets, document.Content!.Size));
        }
        if (refused.Count > 0)
            counters.Add(new(Stat.FailedRecipients, refused.Count));
        if (waiting.Count > 0)
            counters.Add(new(Stat.Deferred, 1));
        if (sent.Fault is { InDoubt: true })
            counters.Add(new(Stat.InDoubt, 1));

        var due = Earlier(time.GetUtcNow() + RetrySchedule.After(document.AttemptCount + 1, settings.RetryIntervals), ExpiresAt(document));
        if (waiting.Count > 0)
        {
            return Settlement.Deferred(lease, due, ReasonOf(waiting)) with
            {
                Attempt = deferring,
                Envelope = envelope with { Recipients = [.. waiting] },
                Created = [.. Part(delivered, delivering, DocumentState.Success), .. Part(refused, refusing, DocumentState.Failure)],
                Counters = counters.ToImmutable(),
            };
        }
        if (delivered.Count > 0)
        {
            return Settlement.Succeeded(lease) with
            {
                Attempt = delivering,
                Envelope = delivered.Count == envelope.Recipients.Length ? null : envelope with { Recipients = [.. delivered] },
                Created = [.. Part(refused, refusing, DocumentState.Failure)],
                Counters = counters.ToImmutable(),
            };
        }
        return Settlement.Failed(lease, ReasonOf(refused)) with
        {
            Attempt = refusing,
            Envelope = envelope with { Recipients = [.. refused] },
            Counters = counters.ToImmutable(),
        };

        IEnumerable<Document> Part(List<Recipient> recipients, Attempt last, DocumentState state)
        {
            if (recipients.Count == 0)
                yield break;
            yield return document with
            {
                Id = newId(),
                State = state,
                Due = null,
                Reason = state == DocumentState.Failure ? ReasonOf(recipients) : null,
                Envelope = envelope with { Recipients = [.. recipients] },
                Attempts = document.Attempts.Add(last),
                AttemptCount = document.AttemptCount + 1,
            };
        }
    }

    // The history of a document tells what was said to its own recipients.
    private static Attempt Told(Attempt attempt, RecipientResult result) => result.Reply is not { } reply
        ? attempt
        : attempt with { Phase = result.Phase.Words(), Code = reply.Code, Status = reply.Status, Text = reply.ToString() };

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static string ReasonOf(List<Recipient> recipients) => recipients[0].LastReply ?? "no reply";

    private static EnhancedStatus StatusOf(RecipientResult result) => result.Reply switch
    {
        null => new EnhancedStatus(4, 4, 2),
        { Status.IsNone: false } reply => reply.Status,
        { IsPositive: true } => new EnhancedStatus(2, 0, 0),
        { IsPermanent: true } => new EnhancedStatus(5, 0, 0),
        _ => new EnhancedStatus(4, 0, 0),
    };

    private static ImmutableArray<Recipient> Given(ImmutableArray<Recipient> recipients, EnhancedStatus status, string reason) =>
    [
        .. recipients.Select(recipient => recipient with
        {
            Status = RecipientStatus.Failed,
            // What a peer once said about this recipient tells more than that the time is up.
            LastStatus = recipient.LastStatus.IsNone ? status : recipient.LastStatus,
            LastReply = recipient.LastReply is null || reason != Expired ? reason : $"{reason}; last: {recipient.LastReply}",
        }),
    ];
}
