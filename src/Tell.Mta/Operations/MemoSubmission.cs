using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing;
using Tell.Mta.Statistics;

namespace Tell.Mta.Operations;

/// <summary>
/// Takes Memos from people and applications: one parent in SMTP.BOX for all Internet recipients, one Memo in MAIL.BOX for each local
/// one, in one transaction. A group is local: the Router finds its members.
/// </summary>
internal sealed class MemoSubmission(MtaContext context)
{
    /// <summary>Takes a Memo; it is on stable storage when this completes. Returns the id of the first document made.</summary>
    /// <exception cref="ArgumentException">The draft has no recipient, or too many.</exception>
    /// <exception cref="StoreException">The store cannot take it.</exception>
    public async ValueTask<Unid> SubmitAsync(MemoDraft draft, CancellationToken cancellation)
    {
        var writers = new List<IContentWriter>();
        try
        {
            var documents = await MakeAsync(draft, context.Queues.NewId(), null, writers, cancellation);
            await context.Queues.PutAsync(documents, SubmittedOf(documents), cancellation);
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

    /// <summary>What the put of a Memo's documents counts.</summary>
    public static ImmutableArray<CounterChange> SubmittedOf(IReadOnlyList<Document> documents) =>
        [new(Stat.Submitted, 1), new(Stat.SubmittedRecipients, documents.Sum(document => document.Envelope?.Recipients.Length ?? 0))];

    /// <summary>The documents of a Memo, not put yet; the first has the id <paramref name="first"/>. The caller disposes the writers after its put.</summary>
    /// <param name="draft">The Memo.</param>
    /// <param name="first">The id of the first document, by which the Memo is known.</param>
    /// <param name="session">What it is known by in the log besides; null for nothing.</param>
    /// <param name="writers">Gets the writers of the attachments.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ArgumentException">The draft has no recipient, or too many.</exception>
    public async ValueTask<IReadOnlyList<Document>> MakeAsync(MemoDraft draft, Unid first, string? session, List<IContentWriter> writers, CancellationToken cancellation)
    {
        var all = draft.SendTo.Concat(draft.CopyTo).Concat(draft.BlindCopyTo).Distinct().ToArray();
        if (all.Length == 0)
            throw new ArgumentException("A Memo needs at least one recipient.", nameof(draft));
        if (all.Length > context.Settings.MaxRecipients)
            throw new ArgumentException($"A Memo has at most {context.Settings.MaxRecipients} recipients (SMTPMTA_MaxRecipients); this one has {all.Length}. A group is one recipient.", nameof(draft));
        var common = await ItemsAsync(draft, first, writers, cancellation);
        var documents = new List<Document>();
        var internet = ImmutableArray.CreateBuilder<Recipient>();
        var notify = NotifyOf(draft.DeliveryReport);
        foreach (var mailbox in all)
        {
            var recipient = new Recipient(mailbox) { Notify = notify };
            var where = await context.Directory.LocateAsync(mailbox, cancellation);
            if (where.Kind == LocalityKind.Elsewhere)
                internet.Add(recipient);
            else
                documents.Add(Memo(draft, WorkQueue.MailBox, Visible(common, draft, mailbox), [recipient], session));
        }
        if (internet.Count > 0)
            documents.Insert(0, Memo(draft, WorkQueue.SmtpBox, common, internet.ToImmutable(), session));
        documents[0] = documents[0] with { Id = first };
        return documents;
    }

    // Facts lotus 7.3. RFC 3461 4.1: NEVER stands alone; not said means failures.
    private static Notify NotifyOf(DeliveryReport report) => report switch
    {
        DeliveryReport.None => Notify.Never,
        DeliveryReport.Confirm => Notify.Success | Notify.Failure,
        DeliveryReport.Trace => Notify.Success | Notify.Failure | Notify.Delay,
        _ => Notify.Unspecified,
    };

    private Document Memo(MemoDraft draft, WorkQueue queue, ImmutableArray<Item> items, ImmutableArray<Recipient> recipients, string? session) => new()
    {
        Id = context.Queues.NewId(),
        Form = Forms.Memo,
        Queue = queue,
        Items = items,
        Envelope = new Envelope
        {
            Sender = draft.From,
            Recipients = recipients,
            Priority = draft.Priority,
            Submission = new Mail.Submission(draft.Protocol, Session: session),
        },
    };

    private async ValueTask<ImmutableArray<Item>> ItemsAsync(MemoDraft draft, Unid first, List<IContentWriter> writers, CancellationToken cancellation)
    {
        var items = ImmutableArray.CreateBuilder<Item>();
        AddNames(ItemNames.From, [draft.From]);
        if (draft.Principal is { } principal)
            AddNames(ItemNames.Principal, [principal]);
        AddNames(ItemNames.SendTo, draft.SendTo);
        AddNames(ItemNames.CopyTo, draft.CopyTo);
        // Bare, as the envelope has them: by these names the instance of each is found.
        AddTexts(ItemNames.BlindCopyTo, draft.BlindCopyTo.Select(mailbox => mailbox.ToString()));
        AddNames(ItemNames.ReplyTo, draft.ReplyTo);
        items.Add(Item.OfText(ItemNames.Subject, draft.Subject.Text));
        items.Add(Item.OfTime(ItemNames.PostedDate, context.Now));
        items.Add(Item.OfText(ItemNames.MessageId, MessageId.New(first.ToString(), context.HostDomain).ToString()));
        if (!draft.InReplyTo.IsNone)
            AddTexts(ItemNames.InReplyTo, [draft.InReplyTo.Value]);
        AddTexts(ItemNames.References, draft.References.Select(id => id.Value));
        if (draft.Importance != Importance.Normal)
            AddTexts(ItemNames.Importance, [draft.Importance == Importance.High ? "1" : "3"]);
        if (draft.Priority != Priority.Normal)
            AddTexts(ItemNames.DeliveryPriority, [draft.Priority == Priority.High ? "H" : "L"]);
        if (draft.ReturnReceipt)
            AddTexts(ItemNames.ReturnReceipt, ["1"]);
        if (draft.DeliveryReport != DeliveryReport.Basic)
            AddTexts(ItemNames.DeliveryReport, [draft.DeliveryReport switch { DeliveryReport.None => "N", DeliveryReport.Trace => "T", _ => "C" }]);
        if (draft.Body is not null || draft.Html is null)
            items.Add(Item.OfRichText(ItemNames.Body, "text/plain", draft.Body ?? ""));
        if (draft.Html is not null)
            items.Add(Item.OfRichText(ItemNames.Body, "text/html", draft.Html));
        foreach (var file in draft.Files)
        {
            var writer = context.Queues.NewContent();
            writers.Add(writer);
            await writer.WriteAsync(file.Octets, cancellation);
            items.Add(Item.OfAttachment(ItemNames.File, file.Name, file.MediaType, await writer.CompleteAsync(cancellation)));
        }
        if (draft.Files.Any(file => file.ContentId is not null))
            AddTexts(ItemNames.ContentIds, draft.Files.Select(file => file.ContentId ?? ""));
        return items.ToImmutable();

        void AddNames(string name, ImmutableArray<Mailbox> mailboxes) =>
            AddTexts(name, mailboxes.Select(mailbox => new NamedMailbox(mailbox, draft.Names.GetValueOrDefault(mailbox)).ToString()));

        void AddTexts(string name, IEnumerable<string> texts)
        {
            if (texts.ToImmutableArray() is { IsEmpty: false } values)
                items.Add(Item.OfText(name, values));
        }
    }

    // A blind recipient sees its own name and no other; everybody else sees none (facts: lotus 1.2).
    private static ImmutableArray<Item> Visible(ImmutableArray<Item> items, MemoDraft draft, Mailbox recipient) =>
    [
        .. items.Where(item => item.Name != ItemNames.BlindCopyTo),
        .. draft.BlindCopyTo.Contains(recipient) ? new[] { Item.OfText(ItemNames.BlindCopyTo, recipient.ToString()) } : [],
    ];
}
