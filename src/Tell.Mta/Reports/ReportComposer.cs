using System.Buffers;
using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing;

namespace Tell.Mta.Reports;

/// <summary>
/// Builds NonDelivery Reports. What failed is the document; what is said about it comes from its parent in SMTP.BOX where it has one
/// (seed 002). The report is a document of its own: in MAIL.BOX for a local sender, a parentless child in SMTPOBWQ for another.
/// </summary>
internal sealed class ReportComposer(MtaContext context)
{
    private readonly List<IContentWriter> _writers = [];

    /// <summary>The report, not stored yet: in MAIL.BOX for somebody here, a parentless child in SMTPOBWQ for others.</summary>
    public async ValueTask<Document> ComposeAsync(ReportDraft draft, CancellationToken cancellation)
    {
        var (source, sender, returned) = (draft.Source, draft.To, draft.Returned);
        var id = context.Queues.NewId();
        var where = await context.Directory.LocateAsync(sender, cancellation);
        // RFC 3461 4.3 leaves the amount to us where RET was not given: what is large is returned as its header.
        var part = returned is null ? null : returned.Size > context.Settings.ReportReturnSize ? ReturnContent.Headers : source.Envelope?.Return;
        var (high, highHeader) = returned is null || part is null ? default : await HighOctetsAsync(returned, part.Value, cancellation);
        var message = new ReportMessage
        {
            To = sender,
            Date = context.Now,
            MessageId = MessageId.New(id.ToString(), context.HostDomain),
            Boundary = Boundary.Of(id.ToString()),
            Status = Status(draft),
            Original = MessageId.TryParse(source[ItemNames.MessageId]?.Text ?? "", out var original) ? original : default,
            Returned = part,
            ReturnedBody = high ? BodyType.EightBitMime : BodyType.SevenBit,
            ReturnedUtf8 = highHeader && source.Envelope is { SmtpUtf8: true },
        };
        var content = await WriteAsync(message, returned, cancellation);
        return new Document
        {
            Id = id,
            Form = draft.Form,
            Queue = where.Kind == LocalityKind.Elsewhere ? WorkQueue.Outbound : WorkQueue.MailBox,
            Destination = where.Kind == LocalityKind.Elsewhere ? sender.Domain.Name : "",
            Due = draft.Due,
            Content = content,
            Items =
            [
                Item.OfText(ItemNames.From, context.Postmaster.ToString()),
                Item.OfText(ItemNames.SendTo, sender.ToString()),
                Item.OfText(ItemNames.Subject, message.Subject.Text),
                Item.OfText(ItemNames.IntendedRecipient, [.. draft.Recipients.Select(recipient => recipient.FinalRecipient.ToString())]),
                Item.OfText(ItemNames.FailureReason, draft.Reason),
                Item.OfText(ItemNames.Correlation, source.Id.ToString()),
            ],
            Envelope = new Envelope
            {
                Sender = null,
                Recipients = [new Recipient(sender)],
                Body = message.NeedsSmtpUtf8 ? BodyType.EightBitMime : message.ReturnedBody,
                SmtpUtf8 = message.NeedsSmtpUtf8,
                Submission = new Submission("REPORT"),
            },
        };
    }

    /// <summary>After the reports are stored, or have failed to be: contents that no document points at go.</summary>
    public async ValueTask ReleaseAsync()
    {
        foreach (var writer in _writers)
            await writer.DisposeAsync();
        _writers.Clear();
    }

    private DeliveryStatus Status(ReportDraft draft) => new()
    {
        ReportingMta = context.HostDomain,
        EnvelopeId = draft.Source.Envelope?.EnvelopeId,
        ReceivedFrom = draft.Source.Envelope?.Submission.Helo,
        Arrival = draft.Source.Created,
        Recipients = draft.Recipients,
    };

    // What was declared of a message is not always so, and a report must not promise seven bits of something else, nor ask for SMTPUTF8
    // where nothing needs it: then its way back might not exist.
    private async ValueTask<(bool Anywhere, bool InHeader)> HighOctetsAsync(Content returned, ReturnContent part, CancellationToken cancellation)
    {
        bool? inHeader = null;
        await foreach (var piece in context.Queues.ReadContentAsync(returned, cancellation))
        {
            inHeader ??= !System.Text.Ascii.IsValid(piece.Span[..HeaderBlock.Read(piece.Span).BodyStart]);
            if (part == ReturnContent.Headers || !System.Text.Ascii.IsValid(piece.Span))
                return (part != ReturnContent.Headers || inHeader.Value, inHeader.Value);
        }
        return (false, false);
    }

    private async ValueTask<Content> WriteAsync(ReportMessage message, Content? returned, CancellationToken cancellation)
    {
        var writer = context.Queues.NewContent();
        _writers.Add(writer);
        await writer.WriteAsync(message.Prefix(), cancellation);
        if (returned is not null && message.WrittenReturn is { } part)
        {
            await foreach (var piece in context.Queues.ReadContentAsync(returned, cancellation))
            {
                if (part == ReturnContent.Full)
                {
                    await writer.WriteAsync(piece, cancellation);
                    continue;
                }
                await writer.WriteAsync(piece[..HeaderBlock.Read(piece.Span).BodyStart], cancellation);
                break;
            }
        }
        await writer.WriteAsync(message.Suffix(), cancellation);
        return await writer.CompleteAsync(cancellation);
    }
}
