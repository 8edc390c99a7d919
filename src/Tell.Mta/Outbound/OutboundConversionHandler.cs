using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Controller;
using Tell.Mta.Statistics;

namespace Tell.Mta.Outbound;

/// <summary>
/// SMTPMTA omsgcnv: turns a Memo in SMTP.BOX into children in SMTPOBWQ, one for each destination domain and one more for each blind copy,
/// whose name stands in that instance only (facts: lotus 1.2). Parent, children and count change in one transaction.
/// </summary>
public sealed class OutboundConversionHandler(MtaContext context) : QueueTask("SMTPMTA omsgcnv", context, WorkQueue.SmtpBox)
{
    private readonly List<IContentWriter> _writers = [];

    /// <inheritdoc/>
    protected override async ValueTask<Settlement> WorkAsync(Lease lease, CancellationToken stop)
    {
        var parent = lease.Document;
        var blind = new HashSet<string>(parent[ItemNames.BlindCopyTo]?.Texts ?? [], StringComparer.OrdinalIgnoreCase);
        var open = parent.Envelope!.Recipients.Where(recipient => !blind.Contains(recipient.Address.ToString())).ToArray();
        var hidden = parent.Envelope.Recipients.Where(recipient => blind.Contains(recipient.Address.ToString())).ToArray();

        var children = ImmutableArray.CreateBuilder<Document>();
        if (open.Length > 0)
        {
            var (content, utf8) = await ContentAsync(parent, null, stop);
            foreach (var destination in open.GroupBy(recipient => recipient.Address.Domain))
                children.Add(Child(parent, destination.Key, [.. destination], content, utf8));
        }
        foreach (var recipient in hidden)
        {
            var (content, utf8) = await ContentAsync(parent, recipient.Address, stop);
            children.Add(Child(parent, recipient.Address.Domain, [recipient], content, utf8));
        }
        return Settlement.Succeeded(lease) with { Created = children.ToImmutable(), Counters = [new(Stat.ConvertedOutbound, 1)] };
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

    private Document Child(Document parent, Domain destination, ImmutableArray<Recipient> recipients, Content content, bool utf8) => new()
    {
        Id = Context.Queues.NewId(),
        Form = Forms.Message,
        Queue = WorkQueue.Outbound,
        Destination = destination.Name,
        Due = Departure.Of(parent.Envelope! with { Priority = PriorityOf(parent) }, Context),
        Parent = parent.Id,
        Content = content,
        Envelope = parent.Envelope with { Recipients = recipients, SmtpUtf8 = parent.Envelope.SmtpUtf8 || utf8, Priority = PriorityOf(parent) },
    };

    // What the author of a Memo chose; a message has its priority in its envelope.
    private static Priority PriorityOf(Document parent) => parent[ItemNames.DeliveryPriority]?.Text.ToUpperInvariant() switch
    {
        "H" => Priority.High,
        "N" => Priority.Normal,
        "L" => Priority.Low,
        _ => parent.Envelope!.Priority,
    };

    // What came as a message goes as it is; a Memo is written as one.
    private async ValueTask<(Content Content, bool Utf8)> ContentAsync(Document parent, Mailbox? blind, CancellationToken stop)
    {
        if (parent.Content is { } whole)
            return (whole, false);
        var memo = MemoItems.Message(parent, blind, Context.HostDomain);
        var files = parent.Items.Where(item => item.Kind == ItemKind.Attachment).ToArray();
        var writer = Context.Queues.NewContent();
        _writers.Add(writer);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        var message = new MessageWriter(memo, buffer, files.Length > 0 ? Boundary.Of($"{parent.Id}") : default);
        message.WriteHead();
        foreach (var file in files)
        {
            message.BeginAttachment(new Attachment(Line.Clean(file.Text), file.MediaType ?? "application/octet-stream"));
            await foreach (var piece in Context.Queues.ReadContentAsync(file.Content!, stop))
            {
                message.Write(piece.Span);
                await FlushAsync();
            }
            message.EndAttachment();
        }
        if (files.Length > 0)
            message.Finish();
        await FlushAsync();
        return (await writer.CompleteAsync(stop), memo.NeedsSmtpUtf8);

        async ValueTask FlushAsync()
        {
            await writer.WriteAsync(buffer.WrittenMemory, stop);
            buffer.ResetWrittenCount();
        }
    }
}
