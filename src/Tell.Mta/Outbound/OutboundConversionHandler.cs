using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Controller;
using Tell.Mta.Conversion;
using Tell.Mta.Routing;
using Tell.Mta.Statistics;

namespace Tell.Mta.Outbound;

/// <summary>
/// SMTPMTA omsgcnv: turns a Memo in SMTP.BOX into children in SMTPOBWQ, one for each destination (a domain, or the LMTP server
/// that takes the mail of local users) and one more for each blind copy, whose name stands in that instance only (facts: lotus 1.2). Who has a mail file, is a group or nobody by now,
/// because the address book has changed, is ROUTER's again. Parent, children and count change in one transaction.
/// </summary>
public sealed class OutboundConversionHandler(MtaContext context) : QueueTask("SMTPMTA omsgcnv", context, WorkQueue.SmtpBox)
{
    private readonly List<IContentWriter> _writers = [];

    /// <inheritdoc/>
    protected override async ValueTask<Settlement> WorkAsync(Lease lease, CancellationToken stop)
    {
        var parent = lease.Document;
        var blind = await BlindAsync(parent, stop);
        var envelope = parent.Envelope! with { Priority = MemoItems.PriorityOf(parent) };
        var lanes = new Dictionary<string, List<Recipient>>(StringComparer.Ordinal);
        var hidden = new List<(string Lane, Recipient Recipient)>();
        var here = new List<Recipient>();
        foreach (var recipient in MemoItems.Notified(parent, envelope.Recipients))
        {
            if (await LaneAsync(recipient.Address, stop) is not { } lane)
                here.Add(recipient);
            else if (blind.Contains(recipient.Address.ToString()))
                hidden.Add((lane, recipient));
            else if (lanes.TryGetValue(lane, out var others))
                others.Add(recipient);
            else
                lanes.Add(lane, [recipient]);
        }
        var children = ImmutableArray.CreateBuilder<Document>(lanes.Count + hidden.Count);
        if (lanes.Count > 0)
        {
            var (content, utf8) = await ContentAsync(parent, null, stop);
            foreach (var (lane, recipients) in lanes)
                children.Add(Child(parent, lane, envelope with { Recipients = [.. recipients], SmtpUtf8 = envelope.SmtpUtf8 || utf8 }, content));
        }
        foreach (var (lane, recipient) in hidden)
        {
            var (content, utf8) = await ContentAsync(parent, recipient.Address, stop);
            children.Add(Child(parent, lane, envelope with { Recipients = [recipient], SmtpUtf8 = envelope.SmtpUtf8 || utf8 }, content));
        }
        // Where none of its recipients is elsewhere any more, it is ROUTER's again and nothing was converted.
        var settlement = children.Count > 0 ? Settlement.Succeeded(lease) with { Counters = [new(Stat.ConvertedOutbound, 1)] } : Settlement.Removed(lease);
        foreach (var some in here.GroupBy(recipient => blind.Contains(recipient.Address.ToString()) ? recipient.Address : null))
            children.Add(Back(parent, some.Key, [.. some]));
        return settlement with { Created = children.ToImmutable() };
    }

    /// <inheritdoc/>
    protected override void Settled(Settlement settlement)
    {
        foreach (var child in settlement.Created)
            Context.Transfers.Queued(child, settlement.Lease.Document.Id);
        if (settlement.Kind == SettlementKind.Dead)
            Context.Transfers.Dead(settlement.Lease.Document, settlement.Reason ?? "");
    }

    /// <inheritdoc/>
    protected override async ValueTask SettledAllAsync()
    {
        // Contents that found no document, because a settle was lost, go with their writers.
        foreach (var writer in _writers)
            await writer.DisposeAsync();
        _writers.Clear();
    }

    private Document Child(Document parent, string lane, Envelope envelope, Content content) => new()
    {
        Id = Context.Queues.NewId(),
        Form = Forms.Message,
        Queue = WorkQueue.Outbound,
        Destination = lane,
        Due = Departure.Of(envelope, Context),
        Parent = parent.Id,
        Began = parent.AgeFrom,
        Content = content,
        Envelope = envelope,
    };

    // A blind recipient sees its own name and no other; everybody else sees none.
    private Document Back(Document parent, Mailbox? blind, ImmutableArray<Recipient> recipients) => parent with
    {
        Id = Context.Queues.NewId(),
        Queue = WorkQueue.MailBox,
        State = DocumentState.Pending,
        Due = null,
        Reason = null,
        Attempts = [],
        AttemptCount = 0,
        Began = parent.AgeFrom,
        Items = [.. parent.Items.Where(item => !item.Name.Equals(ItemNames.BlindCopyTo, StringComparison.OrdinalIgnoreCase)), .. blind is null ? [] : new[] { Item.OfText(ItemNames.BlindCopyTo, blind.ToString()) }],
        Envelope = parent.Envelope! with { Recipients = recipients },
    };

    // Whose mail an LMTP server takes goes to that server, whatever the domain; null for ROUTER.
    private async ValueTask<string?> LaneAsync(Mailbox mailbox, CancellationToken stop) => await Context.Directory.LocateAsync(mailbox, stop) switch
    {
        { Kind: LocalityKind.Local, User.Route: { IsLmtp: true } route } => route.Text,
        { Kind: not LocalityKind.Elsewhere } => null,
        _ => mailbox.Domain.Name,
    };

    private async ValueTask<HashSet<string>> BlindAsync(Document parent, CancellationToken stop) => new(
        (await new MemoNames(parent, Context.Directory, stop).OfAsync(ItemNames.BlindCopyTo)).Select(named => named.Mailbox.ToString()), StringComparer.OrdinalIgnoreCase);

    // What came as a message goes as it is; a Memo is written as one.
    private async ValueTask<(Content Content, bool Utf8)> ContentAsync(Document parent, Mailbox? blind, CancellationToken stop)
    {
        if (parent.Content is { } whole)
            return (whole, false);
        var memo = await MemoItems.MessageAsync(parent, blind, Context, stop);
        var writer = Context.Queues.NewContent();
        _writers.Add(writer);
        await foreach (var piece in MimeForm.WriteAsync(parent, memo, Context.Queues.ReadContentAsync, stop))
            await writer.WriteAsync(piece, stop);
        return (await writer.CompleteAsync(stop), memo.NeedsSmtpUtf8);
    }
}
