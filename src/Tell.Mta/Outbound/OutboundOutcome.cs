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
/// finished ones become a child of the same parent. So do those that are held for an operator, where others wait: of them nobody knows whether
/// the peer has the message (RFC 1047), and SMTPMTA_InDoubt decides.
/// </summary>
internal sealed class OutboundOutcome(DestinationLimits limits, DailyWindow lowHours, TimeProvider time, Func<Unid> newId, Func<Document, RetryPolicy>? policyOf = null)
{
    /// <summary>The reason for a child that has grown too old (facts: lotus 7.1).</summary>
    public const string Expired = "Delivery time expired";

    /// <summary>The status of what is given up for its age, where no code tells of the actual problem (RFC 3463 3.5).</summary>
    public static readonly EnhancedStatus TooOld = new(4, 4, 7);

    /// <summary>The reason for a child that was tried as often as its bounce profile allows (facts: sun-cisco C5).</summary>
    public const string Exhausted = "Maximum number of attempts reached";

    private const string EarlierDoubt = "after an earlier attempt it is in doubt whether the peer has the message";

    /// <summary>When the document is given up: for its age, or earlier where its sender wants it back by then (RFC 2852 4.1.2, mode R).</summary>
    public DateTimeOffset ExpiresAt(Document document) => PolicyOf(document).EndOf(document);

    /// <summary>
    /// What becomes of a taken document before it is tried: given up where it is too old, back to its queue where it is of low priority and
    /// the hours for that are over. Null: it is tried.
    /// </summary>
    public Settlement? Untried(Lease lease, DateTimeOffset now)
    {
        var document = lease.Document;
        if (ExpiresAt(document) <= now)
            return GiveUp(lease);
        // A due time outside of the hours was made by an operator, who wants it to go now.
        if (document.Envelope!.Priority != Priority.Low || IsInHours(now) || !IsInHours(document.Due ?? now))
            return null;
        return Settlement.Postponed(lease, Due(document.Envelope, now));
    }

    /// <summary>Too old: given up without another attempt.</summary>
    public static Settlement GiveUp(Lease lease)
    {
        var envelope = lease.Document.Envelope!;
        return Settlement.Failed(lease, Expired) with
        {
            Envelope = envelope with
            {
                // What a peer once said about this recipient, or why none was reached, tells more than that the time is up: RFC 3463 3.5 wants the code for the
                // actual problem, and X.4.7 only where there is none.
                Recipients =
                [
                    .. envelope.Recipients.Select(recipient => Given(
                        recipient,
                        recipient.LastStatus.SaysWhy ? recipient.LastStatus : TooOld,
                        (recipient.LastReply ?? lease.Document.Reason) is { } last ? $"{Expired}; last: {last}" : Expired)),
                ],
            },
            Counters = [new(Stat.FailedRecipients, envelope.Recipients.Length), new(Stat.Expired, envelope.Recipients.Length)],
        };
    }

    /// <summary>The next hop will never take it: given back.</summary>
    public Settlement GiveBack(Lease lease, Attempt attempt)
    {
        var envelope = lease.Document.Envelope!;
        return Settlement.Failed(lease, attempt.Text) with
        {
            Attempt = attempt,
            Envelope = envelope with { Recipients = Given(envelope.Recipients, attempt.Status, attempt.Text) },
            Counters = [new(Stat.Attempts, 1), new(Stat.FailedRecipients, envelope.Recipients.Length)],
        };
    }

    /// <summary>The next hop is ourselves: held until an operator has looked at it (seed 001). Its sender hears nothing yet.</summary>
    public static Settlement HoldLoop(Lease lease, Attempt attempt) => Settlement.Held(lease, LoopWords.Of(attempt.Text)) with
    {
        Attempt = attempt,
        Counters = [new(Stat.Attempts, 1), new(Stat.Loops, 1)],
    };

    /// <summary>
    /// The next hop cannot be reached. When it is tried again is the destination's affair: the document itself could go at once, so that
    /// nothing has to be changed about it when the destination is up.
    /// </summary>
    public Settlement PutOff(Lease lease, Attempt attempt)
    {
        if (!PolicyOf(lease.Document).IsLast(lease.Document))
            return Deferred(lease, time.GetUtcNow(), attempt);
        var envelope = lease.Document.Envelope!;
        return Settlement.Failed(lease, Exhausted) with
        {
            Attempt = attempt,
            Envelope = envelope with { Recipients = Given(envelope.Recipients, attempt.Status, $"{Exhausted}; last: {attempt.Text}") },
            Counters = [new(Stat.Attempts, 1), new(Stat.FailedRecipients, envelope.Recipients.Length)],
        };
    }

    /// <summary>A fault of ours, which ends nothing: the document waits for its own next attempt.</summary>
    public Settlement Stumbled(Lease lease, Attempt attempt) =>
        Deferred(lease, time.GetUtcNow() + PolicyOf(lease.Document).After(lease.Document.AttemptCount + 1), attempt);

    /// <summary>The peer has spoken, or fallen silent in the middle.</summary>
    /// <param name="lease">The child, with its attempts if it had any.</param>
    /// <param name="sent">What the peer said for each recipient.</param>
    /// <param name="attempt">The attempt for the history.</param>
    public Settlement Decide(Lease lease, Transmission sent, Attempt attempt)
    {
        var document = lease.Document;
        var envelope = document.Envelope!;
        List<Recipient> delivered = [], refused = [], left = [], waiting = [], held = [];
        var (assumed, repeated) = (0, 0);
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
                delivered.Add(recipient with { Status = HandedOver(envelope, sent, result) });
                delivering = Told(attempt, result);
                repeated += recipient.InDoubt ? 1 : 0;
            }
            else if (result.Refused)
            {
                refused.Add(recipient with { Status = RecipientStatus.Failed });
                refusing = Told(attempt, result);
            }
            else if (result.InDoubt && limits.InDoubt == InDoubtPolicy.Delivered)
            {
                delivered.Add(recipient with
                {
                    Status = RecipientStatus.Relayed,
                    InDoubt = true,
                    LastStatus = new EnhancedStatus(2, 0, 0),
                    LastReply = $"{attempt.Text}, and taken to be so",
                });
                assumed++;
            }
            else if (result.InDoubt && limits.InDoubt == InDoubtPolicy.Hold)
            {
                held.Add(recipient with { InDoubt = true });
            }
            else
            {
                (IsOneTooMany(result) ? left : waiting).Add(recipient with { InDoubt = recipient.InDoubt || result.InDoubt });
                deferring = Told(attempt, result);
            }
        }

        // Who takes none at all does not mean that they are too many.
        if (left.Count == sent.Recipients.Length)
            (waiting, left) = (left, []);
        // Facts: sun-cisco C5, example 1: after the last attempt nothing is waited for.
        if (waiting.Count > 0 && PolicyOf(document).IsLast(document))
        {
            if (refused.Count == 0)
                refusing = deferring;
            refused.AddRange(waiting.Select(recipient => recipient with { Status = RecipientStatus.Failed, LastReply = $"{Exhausted}; last: {LastWords(recipient)}" }));
            waiting.Clear();
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
        if (left.Count + waiting.Count > 0)
            counters.Add(new(Stat.Deferred, 1));
        if (sent.Fault is { InDoubt: true })
            counters.Add(new(Stat.InDoubt, 1));
        if (held.Count > 0)
            counters.Add(new(Stat.InDoubtHeld, 1));
        if (assumed > 0)
            counters.Add(new(Stat.InDoubtAssumed, 1));
        if (repeated > 0)
            counters.Add(new(Stat.InDoubtRepeated, repeated));

        var now = time.GetUtcNow();
        // RFC 5321 4.5.3.1.10: recipients that were too many for one transaction go in the next, at once.
        var next = waiting.Count == 0
            ? now
            : now + PolicyOf(document).After(document.AttemptCount + 1);
        var due = Earlier(Due(envelope, next), ExpiresAt(document));
        if (left.Count + waiting.Count > 0)
        {
            return Settlement.Deferred(lease, due, WaitsFor(waiting.Count > 0 ? waiting : left)) with
            {
                Attempt = deferring,
                // Those who were left go first then: the others, who would go before them again, may wait for long.
                Envelope = envelope with { Recipients = [.. left, .. waiting] },
                Created = [.. Part(delivered, delivering, DocumentState.Success), .. Part(refused, refusing, DocumentState.Failure), .. Part(held, attempt, DocumentState.Held)],
                Counters = counters.ToImmutable(),
            };
        }
        // They wait too, for an operator.
        if (held.Count > 0)
        {
            return Settlement.Held(lease, Doubt(attempt)) with
            {
                Attempt = attempt,
                Envelope = envelope with { Recipients = [.. held] },
                Created = [.. Part(delivered, delivering, DocumentState.Success), .. Part(refused, refusing, DocumentState.Failure)],
                Counters = counters.ToImmutable(),
            };
        }
        if (delivered.Count > 0)
        {
            return Settlement.Succeeded(lease) with
            {
                Attempt = delivering,
                // What came of each is only written where somebody wants to hear of it, or where it is assumed.
                Envelope = delivered.Count == envelope.Recipients.Length && sent.Fault is null && envelope.DeliverBy is null && !delivered.Any(recipient => recipient.Notify.HasFlag(Notify.Success))
                    ? null : envelope with { Recipients = [.. delivered] },
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

        // RFC 1047: who may have the message is not told that it has failed, and no more.
        string LastWords(Recipient recipient) => recipient switch
        {
            { InDoubt: false } => recipient.LastReply ?? "no reply",
            _ when IsInDoubtNow(recipient) => attempt.Text,
            _ => $"{recipient.LastReply ?? "no reply"}; {EarlierDoubt}",
        };

        // That it may be there already is what counts for whoever looks at what waits.
        string WaitsFor(List<Recipient> recipients) => recipients.Exists(IsInDoubtNow) ? attempt.Text : ReasonOf(recipients);

        bool IsInDoubtNow(Recipient recipient) => sent.Recipients.Any(result => result.InDoubt && result.Recipient.Address.Equals(recipient.Address));

        IEnumerable<Document> Part(List<Recipient> recipients, Attempt last, DocumentState state)
        {
            if (recipients.Count == 0)
                yield break;
            yield return document with
            {
                Id = newId(),
                State = state,
                Due = null,
                Reason = state switch
                {
                    DocumentState.Failure => ReasonOf(recipients),
                    DocumentState.Held => Doubt(last),
                    _ => null,
                },
                Envelope = envelope with { Recipients = [.. recipients] },
                Attempts = document.Attempts.Add(last),
                AttemptCount = document.AttemptCount + 1,
            };
        }
    }

    // Who answers for a recipient from here on (RFC 3461 5.2): the peer took the message for it. RFC 2852 4.1.4.2: of the time that the sender
    // named, nobody does where the peer does not know of it.
    private static RecipientStatus HandedOver(Envelope envelope, Transmission sent, RecipientResult result)
    {
        if (sent.Lmtp)
            return sent.DsnKnown && !result.DsnLost ? RecipientStatus.Transferred : RecipientStatus.Delivered;
        var untimed = envelope is { DeliverBy: not null, DeliverByReturns: false } && !sent.DeliverByKnown;
        return untimed || (result.DsnLost && result.Recipient.Notify.HasFlag(Notify.Success)) ? RecipientStatus.Relayed : RecipientStatus.Transferred;
    }

    private static string Doubt(Attempt attempt) => $"{attempt.Host}: {attempt.Text}: release it to send it again, or delete it if it is there";

    // A domain may have a policy of its own whatever next hop it shares with others.
    private RetryPolicy PolicyOf(Document document) => policyOf?.Invoke(document) ?? limits.Policies[document.Envelope?.Priority ?? Priority.Normal];

    private static bool IsOneTooMany(RecipientResult result) =>
        result.LeftForNext || result is { Phase: SessionPhase.Recipient, Reply: { Code: 452 } reply } && (reply.Status.IsNone || reply.Status == new EnhancedStatus(4, 5, 3));

    private Settlement Deferred(Lease lease, DateTimeOffset due, Attempt attempt) =>
        Settlement.Deferred(lease, Earlier(Due(lease.Document.Envelope!, due), ExpiresAt(lease.Document)), attempt.Text) with
        {
            Attempt = attempt,
            Counters = [new(Stat.Attempts, 1), new(Stat.Deferred, 1)],
        };

    private bool IsInHours(DateTimeOffset at) => LowPriority.Due(at, lowHours, time.LocalTimeZone) == at;

    private DateTimeOffset Due(Envelope envelope, DateTimeOffset at) =>
        envelope.Priority == Priority.Low ? LowPriority.Due(at, lowHours, time.LocalTimeZone) : at;

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
        [.. recipients.Select(recipient => Given(recipient, status.IsNone ? recipient.LastStatus : status, reason))];

    private static Recipient Given(Recipient recipient, EnhancedStatus status, string reason) => recipient with
    {
        Status = RecipientStatus.Failed,
        LastStatus = status,
        LastReply = recipient.InDoubt ? $"{reason}; {EarlierDoubt}" : reason,
    };
}
