using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Controller;
using Tell.Mta.Conversion;
using Tell.Mta.Outbound;
using Tell.Mta.Routing;
using Tell.Mta.Statistics;

namespace Tell.Mta.Inbound;

/// <summary>
/// SMTPMTA imsgcnv: turns a received message into a Memo in MAIL.BOX for each local recipient and into parentless children in SMTPOBWQ,
/// one for each destination, for the others. All point at the same content. What cannot be converted becomes a Failure, which the
/// Delivery Report Task reports; what goes in circles is Held.
/// </summary>
public sealed class InboundConversionHandler(MtaContext context) : QueueTask("SMTPMTA imsgcnv", context, WorkQueue.Inbound)
{
    /// <summary>The reason for a recipient nobody knows (facts: lotus 7.1).</summary>
    public const string NotListed = "User not listed in public Name & Address Book";

    /// <inheritdoc/>
    protected override async ValueTask<Settlement> WorkAsync(Lease lease, CancellationToken stop)
    {
        var document = lease.Document;
        var envelope = document.Envelope!;
        var head = await HeadAsync(document, stop);
        // Seed 001: "delivery is halted", until somebody has looked at it. What was released goes on; on its next round it counts again.
        if (document.Releases == 0 && HopCheck.Suspicion(head.Span, Context.Settings, Context.HostDomain.Name) is { } suspicion)
            return Settlement.Held(lease, suspicion) with { Counters = [new(Stat.Loops, 1)] };
        // A client may name a recipient twice; who is meant twice wants the message, or its sender the report, once.
        var recipients = envelope.Recipients.DistinctBy(recipient => recipient.Address).ToArray();

        var created = ImmutableArray.CreateBuilder<Document>();
        var unknown = ImmutableArray.CreateBuilder<Recipient>();
        var elsewhere = new List<Recipient>();
        var local = new List<Recipient>();
        foreach (var recipient in recipients)
        {
            var where = await Context.Directory.LocateAsync(recipient.Address, stop);
            if (where.Kind is LocalityKind.Local or LocalityKind.Group)
                local.Add(recipient);
            else if (where.Kind == LocalityKind.Unknown)
                unknown.Add(recipient);
            else
                elsewhere.Add(recipient);
        }
        // One Memo for all of them: ROUTER splits it where they are many, so that no transaction grows with their number.
        if (local.Count > 0)
            created.Add(Made(document, Forms.Memo, WorkQueue.MailBox, "", [.. local]) with { Items = Itemizer.Header(head) });
        var memos = created.Count;
        foreach (var destination in elsewhere.GroupBy(recipient => recipient.Address.Domain))
            created.Add(Made(document, Forms.Message, WorkQueue.Outbound, destination.Key.Name, [.. destination]));

        if (unknown.Count == recipients.Length)
            return Fail(lease, envelope, unknown.ToImmutable(), NotListed, new EnhancedStatus(5, 1, 1));
        var relayed = created.Count - memos;
        if (unknown.Count > 0)
            created.Add(Split(document, envelope, Given(unknown.ToImmutable(), NotListed, new EnhancedStatus(5, 1, 1))));
        return Settlement.Succeeded(lease) with
        {
            Created = created.ToImmutable(),
            Counters = [new(Stat.ConvertedInbound, 1), new(Stat.Relayed, relayed), new(Stat.FailedRecipients, unknown.Count)],
        };
    }

    /// <inheritdoc/>
    protected override void Settled(Settlement settlement)
    {
        foreach (var document in settlement.Created)
        {
            if (document.State != DocumentState.Pending)
                continue;
            Context.Transfers.Queued(document, settlement.Lease.Document.Id);
            Context.Deadlines.Note(document);
        }
        if (settlement.Kind == SettlementKind.Held)
            Context.Transfers.Held(settlement.Lease.Document, settlement.Reason ?? "");
        if (settlement.Kind == SettlementKind.Dead)
            Context.Transfers.Dead(settlement.Lease.Document, settlement.Reason ?? "");
    }

    // One message of many recipients fails for some of them: they go on as a document of their own, which fails whole.
    private Document Split(Document document, Envelope envelope, ImmutableArray<Recipient> failed) => new()
    {
        Id = Context.Queues.NewId(),
        Form = document.Form,
        Queue = WorkQueue.Inbound,
        State = DocumentState.Failure,
        Reason = NotListed,
        Content = document.Content,
        Envelope = envelope with { Recipients = failed },
    };

    private Document Made(Document from, string form, WorkQueue queue, string destination, ImmutableArray<Recipient> recipients) => new()
    {
        Id = Context.Queues.NewId(),
        Form = form,
        Queue = queue,
        Destination = destination,
        Due = queue == WorkQueue.Outbound ? Departure.Of(from.Envelope!, Context) : null,
        Content = from.Content,
        Envelope = recipients.Length == from.Envelope!.Recipients.Length ? from.Envelope : from.Envelope with { Recipients = recipients },
    };

    private static Settlement Fail(Lease lease, Envelope envelope, ImmutableArray<Recipient> recipients, string reason, EnhancedStatus status) =>
        Settlement.Failed(lease, reason) with
        {
            Envelope = envelope with { Recipients = Given(recipients, reason, status) },
            Counters = [new(Stat.FailedRecipients, recipients.Length)],
        };

    private static ImmutableArray<Recipient> Given(ImmutableArray<Recipient> recipients, string reason, EnhancedStatus status) =>
        [.. recipients.Select(recipient => recipient with { Status = RecipientStatus.Failed, LastStatus = status, LastReply = reason })];

    // The first piece of the message: its header, unless that is far larger than any that makes sense. RFC 5321 6.3: counting Received
    // fields is how a relay sees that a message goes in circles.
    private async ValueTask<ReadOnlyMemory<byte>> HeadAsync(Document document, CancellationToken stop)
    {
        await foreach (var piece in Context.Queues.ReadContentAsync(document.Content!, stop))
            return piece;
        return default;
    }
}
