using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Conversion;
using Tell.Mta.Routing;

namespace Tell.Mta.Reports;

/// <summary>
/// Builds reports. What happened is in the draft; what is said about it comes from the document's parent in SMTP.BOX where it has one
/// (seed 002), in the language of its sender. The report is a document of its own: in MAIL.BOX for a local sender, a parentless child in SMTPOBWQ for another.
/// </summary>
internal sealed partial class ReportComposer(MtaContext context)
{
    private readonly ILogger _log = context.Loggers.CreateLogger("SMTPMTA drt");
    private readonly List<IContentWriter> _writers = [];

    /// <summary>The report, not stored yet: in MAIL.BOX for somebody here, a parentless child in SMTPOBWQ for others.</summary>
    public async ValueTask<Document> ComposeAsync(ReportDraft draft, CancellationToken cancellation)
    {
        var (source, sender) = (draft.Source, draft.To);
        var id = context.Queues.NewId();
        var where = await context.Directory.LocateAsync(sender, cancellation);
        var (returned, header) = await ReturnedAsync(draft, cancellation);
        // RFC 3461 4.3 leaves the amount to us where RET was not given: what is large is returned as its header.
        ReturnContent? part = returned is null && header.Length == 0 ? null
            : returned is null || returned.Size > context.Settings.ReportReturnSize ? ReturnContent.Headers
            : source.Envelope?.Return ?? ReturnContent.Unspecified;
        var read = HeaderBlock.Read(header.AsMemory());
        var message = new ReportMessage
        {
            To = sender,
            Date = context.Now,
            MessageId = MessageId.New(id.ToString(), context.HostDomain),
            Boundary = Boundary.Of(id.ToString()),
            Status = Status(draft),
            Words = context.ReportTexts.For(ReportTexts.LanguagesOf(where, read)),
            Original = MessageId.TryParse(source[ItemNames.MessageId]?.Text ?? "", out var original) ? original : default,
            OriginalSubject = source[ItemNames.Subject]?.Text ?? (read.Find("Subject") is { } subject ? EncodedWord.Decode(subject.Text.Text).Text : null),
            IsTrace = draft.Form == Forms.TraceReport,
            Way = draft.Way,
            Returned = part,
        };
        message = part is null ? message : await CarriedAsync(message, returned, header, source.Envelope is { SmtpUtf8: true }, cancellation);
        return Notice.New(id, draft.Form, sender, where, Items(draft, message, Notice.IsHere(where)), message.Body, message.NeedsSmtpUtf8, "REPORT") with
        {
            Content = await WriteAsync(message, returned, header, cancellation),
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
        ReceivedFromAddress = draft.Source.Envelope?.Submission.Client,
        Arrival = draft.Source.AgeFrom,
        DeliverBy = draft.Source.Envelope?.DeliverBy,
        Recipients = draft.Recipients,
    };

    // What is returned of the message, and its header. A Memo that is items alone is written as the message that it would have been: else its author could not tell
    // which it was.
    private async ValueTask<(Content? Message, byte[] Header)> ReturnedAsync(ReportDraft draft, CancellationToken cancellation)
    {
        if (draft.Returned is { } content)
            return (content, await MessageStart.HeaderAsync(context.Queues.ReadContentAsync(content, cancellation)));
        if (draft.Source is not { Form: Forms.Memo, Content: null })
            return (null, []);
        var start = new MessageStart();
        var writer = context.Queues.NewContent();
        _writers.Add(writer);
        try
        {
            await foreach (var piece in MimeForm.ReadAsync(draft.Source, null, context, context.Queues.ReadContentAsync, cancellation))
            {
                start.Feed(piece.Span);
                if (writer.Size <= context.Settings.ReportReturnSize)
                    await writer.WriteAsync(piece, cancellation);
                else if (start.IsComplete)
                    break;
            }
            return (writer.Size > context.Settings.ReportReturnSize ? null : await writer.CompleteAsync(cancellation), start.Header);
        }
        // A Memo may fail because nobody can write it; that is told all the same.
        catch (Exception fault) when (fault is not (OperationCanceledException or StoreException))
        {
            LogNotReturned(_log, fault, draft.Source.Id);
            return (null, start.Header);
        }
    }

    // What was declared of a message is not always so, and a report must not promise seven bits of something else, nor ask for SMTPUTF8
    // or BINARYMIME where its way back may not have them.
    private async ValueTask<ReportMessage> CarriedAsync(ReportMessage message, Content? returned, byte[] header, bool utf8, CancellationToken cancellation)
    {
        var highHeader = !System.Text.Ascii.IsValid(header);
        message = message with { ReturnedUtf8 = highHeader && utf8 && System.Text.Unicode.Utf8.IsValid(header) };
        if (message.WrittenReturn == ReturnContent.Full)
        {
            var scan = new ReturnedScan();
            await foreach (var piece in context.Queues.ReadContentAsync(returned!, cancellation))
                scan.Feed(piece.Span);
            scan.Complete();
            if (!scan.IsBinary)
                return message with { ReturnedBody = scan.IsEightBit ? BodyType.EightBitMime : BodyType.SevenBit };
        }
        return message with { Returned = ReturnContent.Headers, ReturnedBody = highHeader ? BodyType.EightBitMime : BodyType.SevenBit };
    }

    private async ValueTask<Content> WriteAsync(ReportMessage message, Content? returned, byte[] header, CancellationToken cancellation)
    {
        var writer = context.Queues.NewContent();
        _writers.Add(writer);
        await writer.WriteAsync(message.Prefix(), cancellation);
        if (message.WrittenReturn is { } part)
        {
            var coded = new ArrayBufferWriter<byte>();
            var base64 = message.ReturnsBase64 ? new Base64Lines(coded) : null;
            if (part == ReturnContent.Headers)
                await ReturnAsync(header);
            else
            {
                await foreach (var piece in context.Queues.ReadContentAsync(returned!, cancellation))
                    await ReturnAsync(piece);
            }
            base64?.Finish();
            await writer.WriteAsync(coded.WrittenMemory, cancellation);

            async ValueTask ReturnAsync(ReadOnlyMemory<byte> octets)
            {
                if (base64 is null)
                {
                    await writer.WriteAsync(octets, cancellation);
                    return;
                }
                base64.Write(octets.Span);
                await writer.WriteAsync(coded.WrittenMemory, cancellation);
                coded.ResetWrittenCount();
            }
        }
        await writer.WriteAsync(message.Suffix(), cancellation);
        return await writer.CompleteAsync(cancellation);
    }

    // Facts lotus 1.3. The text stands in the message too: a mail file shows it from there.
    private ImmutableArray<Item> Items(ReportDraft draft, ReportMessage message, bool isHere)
    {
        var recipients = draft.Recipients;
        var items = ImmutableArray.CreateBuilder<Item>();
        items.AddRange(
            Item.OfText(ItemNames.From, context.Postmaster.ToString()),
            Item.OfText(ItemNames.SendTo, message.To.ToString()),
            Item.OfText(ItemNames.Subject, message.Subject.Text),
            Item.OfTime(ItemNames.PostedDate, message.Date),
            Item.OfText(ItemNames.MessageId, message.MessageId.Value),
            Item.OfText(ItemNames.IntendedRecipient, [.. recipients.Select(recipient => recipient.FinalRecipient.ToString())]),
            Item.OfText(ItemNames.FailureReason, Cut(draft.Reason)),
            Item.OfText(ItemNames.Correlation, draft.Source.Id.ToString()));
        if (!isHere)
            return items.ToImmutable();
        items.AddRange(
            Item.OfRichText(ItemNames.Body, "text/plain", message.Text),
            Item.OfText(ItemNames.MailSavedForm, draft.Source.Form),
            Item.OfText(ItemNames.DsnType, [.. recipients.Select(recipient => ((int)recipient.Action).ToString(CultureInfo.InvariantCulture))]),
            Item.OfText(ItemNames.DsnRecipients, [.. recipients.Select(recipient => recipient.FinalRecipient.ToString())]),
            Item.OfText(ItemNames.DsnStatus, [.. recipients.Select(recipient => recipient.WrittenStatus.ToString())]),
            Item.OfText(ItemNames.DsnReason, [.. recipients.Select(recipient => Reason(message.Words[0], recipient))]),
            Item.OfTime(ItemNames.DsnDate, [.. recipients.Select(recipient => recipient.LastAttempt ?? message.Date)]));
        if (draft.Source.Envelope?.EnvelopeId is { Length: > 0 } envelopeId)
            items.Add(Item.OfText(ItemNames.EnvelopeId, Cut(envelopeId)));
        if (message.Kind is ReportKind.Delivery or ReportKind.Trace)
            items.Add(Item.OfTime(ItemNames.DeliveryDate, recipients.Max(recipient => recipient.LastAttempt) ?? message.Date));
        return items.ToImmutable();
    }

    private static string Reason(ReportWords words, RecipientReport recipient)
    {
        words.Reason(recipient, out var reason);
        return string.IsNullOrEmpty(recipient.Diagnostic) || recipient.Action > DeliveryAction.Delayed ? reason : Cut($"{reason}: {recipient.Diagnostic}");
    }

    private static string Cut(string text) => Line.Clean(text.AsSpan(0, Math.Min(text.Length, 900))).Text;

    [LoggerMessage(1205, LogLevel.Warning, "document {Unid} cannot be written as a message; the report on it returns nothing of it")]
    private static partial void LogNotReturned(ILogger log, Exception fault, Unid unid);
}
