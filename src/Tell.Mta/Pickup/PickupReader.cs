using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Operations;

namespace Tell.Mta.Pickup;

/// <summary>
/// Reads a taken file as documents. A message streams, so that its size does not matter; a Memo is read whole, one at a time, at most SMTPMTA_MaxMessageSize.
/// </summary>
internal sealed class PickupReader(MtaContext context)
{
    private readonly MemoSubmission _submission = new(context);
    private readonly Addressees _addressees = new(context);

    /// <summary>The documents, the first with the id <paramref name="id"/>; or what is wrong with the file. The caller disposes the writers after its put.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="StoreException">The store or the address book fails.</exception>
    public async ValueTask<(IReadOnlyList<Document>? Documents, IReadOnlyList<string> Problems)> ReadAsync(
        PickupFolder folder, string taken, long size, Unid id, string path, List<IContentWriter> writers, CancellationToken stop)
    {
        var most = context.Settings.MaxMessageSize;
        if (size > most)
            return (null, [TooLarge(size, most)]);
        return PickupFolder.IsTaken(taken, out var name, out _) && PickupFolder.IsMessage(name)
            ? await ReadMessageAsync(folder.ReadAsync(taken, stop), id, path, writers, stop)
            : await ReadMemoAsync(folder.ReadAsync(taken, stop), size, most, id, path, writers, stop);
    }

    private async ValueTask<(IReadOnlyList<Document>? Documents, IReadOnlyList<string> Problems)> ReadMessageAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> octets, Unid id, string path, List<IContentWriter> writers, CancellationToken stop)
    {
        var writer = context.Queues.NewContent();
        writers.Add(writer);
        var message = new PickupMessage(context, id, writer);
        await foreach (var piece in octets)
        {
            if (!await message.TakeAsync(piece, stop))
                return (null, message.Problems);
        }
        if (!await message.FinishAsync(stop))
            return (null, message.Problems);
        var header = message.Header!;
        return ([new Document
        {
            Id = id,
            Form = Forms.Message,
            Queue = WorkQueue.Inbound,
            Content = await writer.CompleteAsync(stop),
            Envelope = new Envelope
            {
                Sender = header.Sender,
                Recipients = [.. header.Recipients.Select(mailbox => new Recipient(mailbox))],
                Body = message.IsEightBit ? BodyType.EightBitMime : BodyType.SevenBit,
                SmtpUtf8 = header.NeedsSmtpUtf8,
                Submission = new Mail.Submission(PickupHold.Protocol, Session: path),
            },
        }], []);
    }

    private async ValueTask<(IReadOnlyList<Document>? Documents, IReadOnlyList<string> Problems)> ReadMemoAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> octets, long size, long most, Unid id, string path, List<IContentWriter> writers, CancellationToken stop)
    {
        var text = new ArrayBufferWriter<byte>((int)Math.Max(size, 256));
        await foreach (var piece in octets)
        {
            if (text.WrittenCount + piece.Length > most)
                return (null, [TooLarge(text.WrittenCount + piece.Length, most)]);
            text.Write(piece.Span);
        }
        if (text.WrittenCount == 0)
            return (null, [PickupJson.Empty]);
        var (memo, problems) = PickupJson.Read(text.WrittenSpan);
        if (memo is null)
            return (null, problems);
        var unknown = new List<string>();
        var draft = await DraftAsync(memo, unknown, stop);
        if (draft is null)
            return (null, [.. unknown.Distinct().Take(20)]);
        try
        {
            return (await _submission.MakeAsync(draft, id, path, writers, stop), []);
        }
        catch (ArgumentException refusal)
        {
            return (null, [refusal.Message.Split(" (Parameter ")[0]]);
        }
    }

    private async ValueTask<MemoDraft?> DraftAsync(PickupMemo memo, List<string> unknown, CancellationToken stop)
    {
        var from = await FindAsync("from", [memo.From], unknown, stop);
        var principal = await FindAsync("principal", memo.Principal is { } named ? [named] : [], unknown, stop);
        var to = await FindAsync("to", memo.To, unknown, stop);
        var cc = await FindAsync("cc", memo.Cc, unknown, stop);
        var bcc = await FindAsync("bcc", memo.Bcc, unknown, stop);
        var replyTo = await FindAsync("replyTo", memo.ReplyTo, unknown, stop);
        if (unknown.Count > 0)
            return null;
        return new MemoDraft
        {
            From = from[0].Mailbox,
            Principal = principal.Length > 0 ? principal[0].Mailbox : null,
            SendTo = Mailboxes(to),
            CopyTo = Mailboxes(cc),
            BlindCopyTo = Mailboxes(bcc),
            ReplyTo = Mailboxes(replyTo),
            Names = Addressees.Names([.. from, .. principal, .. to, .. cc, .. replyTo]),
            Subject = memo.Subject,
            Body = memo.Body ?? (memo.Html is null ? "" : null),
            Html = memo.Html,
            InReplyTo = memo.InReplyTo,
            References = [.. memo.References],
            Importance = memo.Importance,
            Priority = memo.Priority,
            ReturnReceipt = memo.ReturnReceipt,
            DeliveryReport = memo.DeliveryReport,
            Files = [.. memo.Files],
            Protocol = PickupHold.Protocol,
        };
    }

    private async ValueTask<ImmutableArray<NamedMailbox>> FindAsync(string field, IEnumerable<string> texts, List<string> problems, CancellationToken stop)
    {
        var unknown = new List<string>();
        var found = await _addressees.FindAllAsync(texts, unknown, stop);
        problems.AddRange(unknown.Select(name => $"field \"{field}\": \"{Line.Clean(name)}\" is neither an address, name@domain, nor a name of the address book"));
        return found;
    }

    private static ImmutableArray<Mailbox> Mailboxes(ImmutableArray<NamedMailbox> named) => [.. named.Select(one => one.Mailbox)];

    private static string TooLarge(long size, long most) =>
        string.Create(CultureInfo.InvariantCulture, $"it has {size} octets; {most} is the most (SMTPMTA_MaxMessageSize)");
}
