using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing;
using Tell.Mta.Statistics;

namespace Tell.Mta.Operations;

/// <summary>
/// Takes Memos from people and applications: one parent in SMTP.BOX for all Internet recipients, one Memo in MAIL.BOX for each local
/// one, in one transaction.
/// </summary>
internal sealed class MemoSubmission(MtaContext context)
{
    /// <summary>Takes a Memo; it is on stable storage when this completes. Returns the id of the first document made.</summary>
    /// <exception cref="ArgumentException">The draft has no recipient.</exception>
    /// <exception cref="StoreException">The store cannot take it.</exception>
    public async ValueTask<Unid> SubmitAsync(MemoDraft draft, CancellationToken cancellation)
    {
        var all = Recipients(draft);
        if (all.IsEmpty)
            throw new ArgumentException("A Memo needs at least one recipient.", nameof(draft));
        var writers = new List<IContentWriter>();
        try
        {
            var common = await ItemsAsync(draft, writers, cancellation);
            var documents = new List<Document>();
            var internet = ImmutableArray.CreateBuilder<Recipient>();
            foreach (var mailbox in all)
            {
                var where = await context.Directory.LocateAsync(mailbox, cancellation);
                if (where.Kind == LocalityKind.Elsewhere)
                    internet.Add(new Recipient(mailbox));
                else
                    documents.Add(Memo(draft, WorkQueue.MailBox, Visible(common, draft, mailbox), [new Recipient(mailbox)]));
            }
            if (internet.Count > 0)
                documents.Insert(0, Memo(draft, WorkQueue.SmtpBox, common, internet.ToImmutable()));
            await context.Queues.PutAsync(documents, [new(Stat.Submitted, 1)], cancellation);
            foreach (var document in documents)
                context.Transfers.Queued(document, null);
            return documents[0].Id;
        }
        finally
        {
            foreach (var writer in writers)
                await writer.DisposeAsync();
        }
    }

    private static ImmutableArray<Mailbox> Recipients(MemoDraft draft) =>
        [.. draft.SendTo.Concat(draft.CopyTo).Concat(draft.BlindCopyTo).Distinct()];

    private Document Memo(MemoDraft draft, WorkQueue queue, ImmutableArray<Item> items, ImmutableArray<Recipient> recipients)
    {
        var id = context.Queues.NewId();
        return new Document
        {
            Id = id,
            Form = Forms.Memo,
            Queue = queue,
            Items = [.. items, Item.OfText(ItemNames.MessageId, MessageId.New(id.ToString(), context.HostDomain).ToString())],
            Envelope = new Envelope
            {
                Sender = draft.From,
                Recipients = recipients,
                Priority = draft.Priority,
                Submission = new Mail.Submission(draft.Protocol),
            },
        };
    }

    private async ValueTask<ImmutableArray<Item>> ItemsAsync(MemoDraft draft, List<IContentWriter> writers, CancellationToken cancellation)
    {
        var items = ImmutableArray.CreateBuilder<Item>();
        items.Add(Item.OfText(ItemNames.From, draft.From.ToString()));
        AddNames(ItemNames.SendTo, draft.SendTo);
        AddNames(ItemNames.CopyTo, draft.CopyTo);
        AddNames(ItemNames.BlindCopyTo, draft.BlindCopyTo);
        items.Add(Item.OfText(ItemNames.Subject, draft.Subject.Text));
        items.Add(Item.OfTime(ItemNames.PostedDate, context.Now));
        items.Add(Item.OfRichText(ItemNames.Body, "text/plain", draft.Body));
        foreach (var file in draft.Files)
        {
            var writer = context.Queues.NewContent();
            writers.Add(writer);
            await writer.WriteAsync(file.Octets, cancellation);
            items.Add(Item.OfAttachment(ItemNames.File, file.Name, file.MediaType, await writer.CompleteAsync(cancellation)));
        }
        return items.ToImmutable();

        void AddNames(string name, ImmutableArray<Mailbox> mailboxes)
        {
            if (!mailboxes.IsEmpty)
                items.Add(Item.OfText(name, [.. mailboxes.Select(mailbox => mailbox.ToString())]));
        }
    }

    // A blind recipient sees its own name and no other; everybody else sees none (facts: lotus 1.2).
    private static ImmutableArray<Item> Visible(ImmutableArray<Item> items, MemoDraft draft, Mailbox recipient) =>
    [
        .. items.Where(item => item.Name != ItemNames.BlindCopyTo),
        .. draft.BlindCopyTo.Contains(recipient) ? new[] { Item.OfText(ItemNames.BlindCopyTo, recipient.ToString()) } : [],
    ];
}
