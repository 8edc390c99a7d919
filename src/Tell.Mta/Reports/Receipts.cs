using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Operations;
using Tell.Mta.Routing;
using Tell.Mta.Statistics;

namespace Tell.Mta.Reports;

/// <summary>
/// Sends return receipts (RFC 8098): only where the sender asked, only once, never for a report, and not to somebody else unseen. What was interrupted is
/// asked for again, and then there is one, whatever had been done.
/// </summary>
internal sealed class Receipts(MtaContext context)
{
    // So long it is known whether what was begun has left.
    private static readonly TimeSpan Known = TimeSpan.FromHours(1);

    // Two for one message at a time would both find it unmarked.
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Queues the receipt and marks the document; where it refuses nothing has changed, and where a store fails the same again does what is left.</summary>
    public async ValueTask<ReceiptResult> SendAsync(
        IDatabase file, Unid id, bool confirmed, Func<Document, IAsyncEnumerable<ReadOnlyMemory<byte>>> message, CancellationToken cancellation)
    {
        await _one.WaitAsync(CancellationToken.None);
        try
        {
            if (await file.GetAsync(id, cancellation) is not { } document)
                return ReceiptResult.Refused("It is gone already.");
            if (Forms.IsReport(document.Form))
                return ReceiptResult.Refused($"It is a {document.Form}: nobody is told of those.");
            if (document[ItemNames.ReceiptSent] is { Times: [var sent, ..] })
                return ReceiptResult.Refused(string.Create(CultureInfo.InvariantCulture, $"A receipt was sent {sent.ToUniversalTime():yyyy-MM-dd HH:mm'Z'}, and there is only ever one."));
            if (document[ItemNames.ReceiptId] is { } begun && Unid.TryParse(begun.Text, out var first) && context.Now - first.Time >= Known)
                return ReceiptResult.Refused(string.Create(CultureInfo.InvariantCulture, $"A receipt was begun {first.Time.ToUniversalTime():yyyy-MM-dd HH:mm'Z'} and interrupted; whether it left is not known any more, and there is only ever one."));
            var header = await MessageStart.HeaderAsync(message(document));
            if (Asked(document, header, confirmed, out var to) is { } refusal)
                return ReceiptResult.Refused(refusal);
            if (!Mailbox.TryParse(document[ItemNames.Recipients]?.Text ?? "", out var reader))
                return ReceiptResult.Refused("It does not say for whom it was filed.");
            var receipt = Receipt(document, header, reader, to, await context.Directory.LocateAsync(to, cancellation));
            await QueueAsync(file, document, receipt);
            return ReceiptResult.Sent(to);
        }
        finally
        {
            _one.Release();
        }
    }

    // Null where a receipt may go to an address; else why not.
    private static string? Asked(Document document, byte[] header, bool confirmed, out Mailbox to)
    {
        to = null!;
        var field = HeaderBlock.Read(header.AsMemory()).Find("Disposition-Notification-To");
        var asked = field is null ? [] : AddressList.Parse(field.Value.Text.Text, 10).Select(one => one.Mailbox).OfType<Mailbox>().Distinct().ToArray();
        if (asked.Length == 0)
            return "Its sender did not ask for a receipt.";
        // RFC 8098 2.1: no receipt for what has the null return path, and none to more or to others than the message came from without the user's word.
        if (!Mailbox.TryParse(document[ItemNames.Originator]?.Text ?? "", out var sender))
            return "It has no return path, so nobody is to be told.";
        if (asked.Length > 1)
            return $"Its sender wants {asked.Length} addresses to be told; a receipt goes to one.";
        to = asked[0];
        return confirmed || to.Equals(sender) ? null : $"The receipt would go to {to}, and the message came from {sender}: say --confirm if that is meant.";
    }

    private (Document Document, byte[] Octets) Receipt(Document document, byte[] header, Mailbox reader, Mailbox to, Locality where)
    {
        var (id, read) = (context.Queues.NewId(), HeaderBlock.Read(header.AsMemory()));
        var message = new DispositionReport
        {
            From = reader,
            To = to,
            Date = context.Now,
            MessageId = MessageId.New(id.ToString(), context.HostDomain),
            Boundary = Boundary.Of(id.ToString()),
            Host = context.HostDomain,
            Words = context.ReportTexts.For(ReportTexts.LanguagesOf(where, read))[0],
            Original = MessageId.TryParse(read.Find("Message-ID")?.Text.Text ?? "", out var original) ? original : default,
            // RFC 8098 3.2.3: only what the message itself brings.
            OriginalRecipient = read.Find("Original-Recipient")?.Text.Text,
            OriginalSubject = read.Find("Subject") is { } subject ? EncodedWord.Decode(subject.Text.Text).Text : null,
            Written = read.Find("Date") is { } date && InternetDate.TryParse(date.Text.Text, out var written) ? written : null,
            Header = header,
        };
        ImmutableArray<Item> items =
        [
            Item.OfText(ItemNames.From, reader.ToString()),
            Item.OfText(ItemNames.SendTo, to.ToString()),
            Item.OfText(ItemNames.Subject, message.Subject.Text),
            Item.OfTime(ItemNames.PostedDate, message.Date),
            Item.OfText(ItemNames.MessageId, message.MessageId.Value),
            Item.OfText(ItemNames.Correlation, document.Id.ToString()),
        ];
        return (Notice.New(id, Forms.ReturnReceipt, to, where, items, message.Body, message.NeedsSmtpUtf8, "RECEIPT"), message.ToBytes());
    }

    // Once the document is marked nothing is given up half-way: no cancellation from here on.
    private async ValueTask QueueAsync(IDatabase file, Document document, (Document Document, byte[] Octets) receipt)
    {
        await using var writer = context.Queues.NewContent();
        await writer.WriteAsync(receipt.Octets, CancellationToken.None);
        var queued = receipt.Document with { Content = await writer.CompleteAsync(CancellationToken.None) };
        if (document[ItemNames.ReceiptId] is null)
        {
            document = document with { Items = document.Items.Add(Item.OfText(ItemNames.ReceiptId, queued.Id.ToString())) };
            await file.PutAsync([document], CancellationToken.None);
        }
        // Checkpoint: who dies here, or whose store fails, has begun one, and says for how long it is known what became of it.
        var id = await context.Queues.PutOnceAsync(queued, FingerprintOf(file, document), context.Now + Known, [new(Stat.Receipts, 1)], CancellationToken.None);
        if (id == queued.Id)
            context.Transfers.Queued(queued, null);
        // Checkpoint: it leaves. Begun again it is found to be there, and there is no second one.
        var marked = document.Items.RemoveAll(item => item.Name == ItemNames.ReceiptId);
        await file.PutAsync([document with { Items = [.. marked, Item.OfTime(ItemNames.ReceiptSent, context.Now), Item.OfText(ItemNames.ReceiptId, id.ToString())] }], CancellationToken.None);
    }

    private static Fingerprint FingerprintOf(IDatabase file, Document document) =>
        Fingerprint.Of(SHA256.HashData(Encoding.UTF8.GetBytes($"return receipt\n{file.Title}\n{document.Id}")));
}
