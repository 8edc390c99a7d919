using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Controller;
using Tell.Mta.Inbound;
using Tell.Mta.Statistics;

namespace Tell.Mta.Routing;

/// <summary>
/// ROUTER: files the Memos of MAIL.BOX in mail files, and passes on to SMTP.BOX what is for the Internet. A Memo keeps its UNID in the
/// mail file, so that filing it again after a crash replaces it instead of doubling it.
/// </summary>
public sealed class Router(MtaContext context) : QueueTask("ROUTER", context, WorkQueue.MailBox)
{
    /// <inheritdoc/>
    protected override async ValueTask<Settlement> WorkAsync(Lease lease, CancellationToken stop)
    {
        var memo = lease.Document;
        List<Recipient> elsewhere = [], unknown = [];
        var filed = 0;
        foreach (var recipient in memo.Envelope!.Recipients)
        {
            var where = await Context.Directory.LocateAsync(recipient.Address, stop);
            if (where.Kind == LocalityKind.Elsewhere)
            {
                elsewhere.Add(recipient);
            }
            else if (where.Kind == LocalityKind.Unknown)
            {
                unknown.Add(recipient with { Status = RecipientStatus.Failed, LastStatus = new EnhancedStatus(5, 1, 1), LastReply = InboundConversionHandler.NotListed });
            }
            else
            {
                await FileAsync(memo, recipient, where.MailFile!, stop);
                filed++;
            }
        }
        var created = ImmutableArray.CreateBuilder<Document>();
        if (elsewhere.Count > 0)
            created.Add(Moved(memo, WorkQueue.SmtpBox, elsewhere) with { State = DocumentState.Pending });
        if (unknown.Count > 0 && unknown.Count < memo.Envelope.Recipients.Length)
            created.Add(Moved(memo, WorkQueue.MailBox, unknown) with { State = DocumentState.Failure, Due = null, Reason = InboundConversionHandler.NotListed });
        var counters = ImmutableArray.Create(new CounterChange(Stat.Filed, filed), new CounterChange(Stat.FailedRecipients, unknown.Count));
        return unknown.Count == memo.Envelope.Recipients.Length
            ? Settlement.Failed(lease, InboundConversionHandler.NotListed) with { Envelope = memo.Envelope with { Recipients = [.. unknown] }, Counters = counters }
            : Settlement.Removed(lease) with { Created = created.ToImmutable(), Counters = counters };
    }

    /// <inheritdoc/>
    protected override void Settled(Settlement settlement)
    {
        foreach (var document in settlement.Created)
        {
            if (document.State == DocumentState.Pending)
                Context.Transfers.Queued(document, settlement.Lease.Document.Id);
        }
    }

    private Document Moved(Document memo, WorkQueue queue, List<Recipient> recipients) =>
        memo with { Id = Context.Queues.NewId(), Queue = queue, Due = null, Envelope = memo.Envelope! with { Recipients = [.. recipients] } };

    private async ValueTask FileAsync(Document memo, Recipient recipient, string mailFile, CancellationToken stop)
    {
        var file = await Context.Data.OpenAsync(mailFile, stop);
        var writers = new List<IContentWriter>();
        try
        {
            var items = ImmutableArray.CreateBuilder<Item>(memo.Items.Length + 3);
            foreach (var item in memo.Items)
                items.Add(item.Content is null ? item : item.At(await CopyAsync(item.Content, file, writers, stop)));
            items.Add(Item.OfText(ItemNames.Recipients, recipient.Address.ToString()));
            items.Add(Item.OfText(ItemNames.Originator, memo.Envelope!.Sender?.ToString() ?? ""));
            items.Add(Item.OfTime(ItemNames.DeliveredDate, Context.Now));
            var content = memo.Content is null ? null : await CopyAsync(memo.Content, file, writers, stop);
            await file.PutAsync([new Document { Id = memo.Id, Form = memo.Form, Items = items.ToImmutable(), Content = content }], stop);
        }
        finally
        {
            foreach (var writer in writers)
                await writer.DisposeAsync();
        }
        Context.Transfers.Filed(memo, recipient, mailFile);
    }

    private async ValueTask<Content> CopyAsync(Content content, IDatabase file, List<IContentWriter> writers, CancellationToken stop)
    {
        var writer = file.NewContent();
        writers.Add(writer);
        await foreach (var piece in Context.Queues.ReadContentAsync(content, stop))
            await writer.WriteAsync(piece, stop);
        return await writer.CompleteAsync(stop);
    }
}
