using System.Globalization;
using System.Runtime.CompilerServices;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Conversion;
using Tell.Mta.LocalDelivery;
using Tell.Mta.Reports;

namespace Tell.Mta.Operations;

/// <summary>A look into mail files, and the way out of them.</summary>
public sealed class MailDesk
{
    private readonly MtaContext _context;
    private readonly Receipts _receipts;

    internal MailDesk(MtaContext context) => (_context, _receipts) = (context, new Receipts(context));

    /// <summary>The users who have a mail file.</summary>
    public IReadOnlyList<string> Users() => [.. _context.Data.List("mail/").Select(name => name["mail/".Length..])];

    /// <summary>The newest documents of a mail file, oldest first; null where there is no such mail file.</summary>
    public async Task<IReadOnlyList<Document>?> ListAsync(string user, int most, CancellationToken cancellation)
    {
        if (await OpenAsync(user, cancellation) is not { } file)
            return null;
        var newest = new Queue<Document>();
        await foreach (var document in AllAsync(file, cancellation))
        {
            newest.Enqueue(document);
            if (newest.Count > most)
                newest.Dequeue();
        }
        return [.. newest];
    }

    /// <summary>
    /// A document as a message, written as it comes: its octets where it came as one, unchanged; else its items as they would be sent. False where there is no such
    /// document.
    /// </summary>
    public async Task<bool> ReadAsync(string user, Unid id, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation)
    {
        if (await OpenAsync(user, cancellation) is not { } file || await file.GetAsync(id, cancellation) is not { } document)
            return false;
        await foreach (var piece in MessageAsync(file, document, cancellation))
            await write(piece);
        return true;
    }

    /// <summary>
    /// Writes messages to the disk for other programs: each as <see cref="ReadAsync"/> gives it. Nothing that exists is written over; a Maildir that has a message
    /// already gets it no second time. Memory does not grow with the mail file. Returns how many messages were written; null where there is no such mail file.
    /// </summary>
    /// <param name="user">Whose mail file.</param>
    /// <param name="format">How.</param>
    /// <param name="path">The file (mbox, or one message as eml) or folder (eml, maildir), a full path.</param>
    /// <param name="only">The one message that is wanted; null for all.</param>
    /// <param name="cancellation">Ends it; messages that were written whole stay.</param>
    /// <exception cref="IOException">A file of that name exists already, or the disk fails.</exception>
    public async Task<int?> ExportAsync(string user, MailExportFormat format, string path, Unid? only, CancellationToken cancellation)
    {
        if (await OpenAsync(user, cancellation) is not { } file)
            return null;
        var count = 0;
        if (format == MailExportFormat.Mbox)
        {
            await _context.Files.WriteAsync(path, MboxAsync(file, only, () => count++, cancellation), cancellation);
            return count;
        }
        if (format == MailExportFormat.Maildir)
            return await ToMaildirAsync(file, path, only, cancellation);
        if (only is null)
            await _context.Files.MakeFolderAsync(path, cancellation);
        await foreach (var document in AllAsync(file, cancellation))
        {
            if (only is not null && document.Id != only)
                continue;
            var message = MessageAsync(file, document, cancellation);
            await _context.Files.WriteAsync(only is null ? Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{++count:D5}-{document.Id}.eml")) : path, message, cancellation);
        }
        return only is not null ? 1 : count;
    }

    /// <summary>Deletes a document from a mail file; false where there is none.</summary>
    public async Task<bool> DeleteAsync(string user, Unid id, CancellationToken cancellation) =>
        await OpenAsync(user, cancellation) is { } file && await file.DeleteAsync(id, cancellation);

    /// <summary>
    /// Tells the sender of a message that its user has opened it, where the sender asked (facts: lotus 7.3; RFC 8098): once, whatever happens. Where a crash or a store
    /// interrupts it, the same again within the hour does what was left; after that nothing is sent, for a second receipt is what RFC 8098 2.1 forbids.
    /// </summary>
    /// <param name="user">Whose mail file.</param>
    /// <param name="id">The document.</param>
    /// <param name="confirmed">The user knows that the receipt goes to another address than the message came from.</param>
    /// <param name="cancellation">Ends it before anything has changed.</param>
    /// <exception cref="StoreException">A store failed: it may be asked for again.</exception>
    public async Task<ReceiptResult> ReceiptAsync(string user, Unid id, bool confirmed, CancellationToken cancellation) =>
        await OpenAsync(user, cancellation) is { } file
            ? await _receipts.SendAsync(file, id, confirmed, document => MessageAsync(file, document, cancellation), cancellation)
            : ReceiptResult.Refused($"{user} has no mail file.");

    // Its folders are looked through once, and not for each message.
    private async ValueTask<int> ToMaildirAsync(IDatabase file, string path, Unid? only, CancellationToken cancellation)
    {
        var host = _context.Settings.HostName;
        var half = await Maildir.NamesAsync(_context.Files, path, "tmp", cancellation);
        var there = await Maildir.NamesAsync(_context.Files, path, "new", cancellation);
        there.UnionWith(await Maildir.NamesAsync(_context.Files, path, "cur", cancellation));
        var count = 0;
        await foreach (var document in AllAsync(file, cancellation))
        {
            var name = Maildir.NameOf(document.Id, host);
            if ((only is null || document.Id == only) && !there.Contains(name)
                && await Maildir.DeliverAsync(_context.Files, path, document.Id, MessageAsync(file, document, cancellation), cancellation, host: host, mayBeThere: half.Contains(name)))
                count++;
        }
        return count;
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> MboxAsync(IDatabase file, Unid? only, Action counted, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var document in AllAsync(file, cancellation))
        {
            if (only is not null && document.Id != only)
                continue;
            yield return MboxText.FromLine(document);
            var text = new MboxText();
            await foreach (var piece in MessageAsync(file, document, cancellation))
                yield return text.Take(piece.Span);
            yield return text.End();
            counted();
        }
    }

    // A blind copy shows its one name in the instance that is its own, and in no other.
    private IAsyncEnumerable<ReadOnlyMemory<byte>> MessageAsync(IDatabase file, Document document, CancellationToken cancellation) => MimeForm.ReadAsync(
        document, Mailbox.TryParse(document[ItemNames.BlindCopyTo]?.Text ?? "", out var blind) ? blind : null, _context, file.ReadContentAsync, cancellation);

    // What a mail file remembers of its quota is no mail.
    private static async IAsyncEnumerable<Document> AllAsync(IDatabase file, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var document in file.DocumentsAsync(null, cancellation))
        {
            if (document.Form != Forms.QuotaState)
                yield return document;
        }
    }

    private async ValueTask<IDatabase?> OpenAsync(string user, CancellationToken cancellation)
    {
        var name = $"mail/{user.ToLowerInvariant()}";
        return _context.Data.List("mail/").Contains(name) ? await _context.Data.OpenAsync(name, cancellation) : null;
    }
}
