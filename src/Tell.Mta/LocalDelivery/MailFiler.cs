using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Conversion;
using Tell.Mta.Routing;

namespace Tell.Mta.LocalDelivery;

/// <summary>
/// Files Memos in mail files, in the form that each user wants and within its quota. A Memo has one UNID in every mail file, that of the Memo
/// that it began as, so that it is found there when it is filed again after a crash or a fault, and is not there twice.
/// </summary>
internal sealed class MailFiler(MtaContext context)
{
    /// <summary>Files a Memo; where the mail file is full nothing is filed, and the mail file remembers it.</summary>
    /// <param name="memo">The Memo.</param>
    /// <param name="id">What it is known by in mail files.</param>
    /// <param name="stop">For whom.</param>
    /// <param name="mayBeThere">True where it may have been filed before: then it stays as it is there, whether or not the mail file can be written to now.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StoreException">The mail file cannot be used now.</exception>
    public async ValueTask<Filing> FileAsync(Document memo, Unid id, Stop stop, bool mayBeThere, CancellationToken cancellation)
    {
        var user = stop.User!;
        var file = await context.Data.OpenAsync(user.MailFile, cancellation);
        if (mayBeThere && await file.GetAsync(id, cancellation) is { } there)
            return Filing.Done(HasItemizeError(there.Items));
        var limits = MailFileLimits.Of(user, context.Settings);
        if (limits.IsNone)
            return await PutAsync(memo, id, stop, file, [], cancellation);

        var size = SizeOf(memo);
        var used = await file.SizeAsync(cancellation);
        var before = await QuotaState.ReadAsync(file, cancellation);
        // What lies there already, because a process died before it could say so, takes no more room.
        var isThere = (limits.Quota < used + size || limits.Warning < used + size) && await file.GetAsync(id, cancellation) is not null;
        if (isThere)
            size = 0;
        if (!isThere && limits.Quota < used + size)
            return await RefuseAsync(stop, file, before, used, size, limits, cancellation);
        var warns = limits.Warning < used + size && IsWarningDue(before);
        var after = before.WithRoom(used, limits.Quota) with { WarnedAt = warns ? context.Now : before.WarnedAt };
        var more = new List<Document>();
        if (warns)
            more.Add(QuotaWarning.Memo(file, stop.Recipient.Address, used + size, limits.Quota, isFull: false, context));
        if (after != before)
            more.Add(after.ToDocument(file));
        return await PutAsync(memo, id, stop, file, more, cancellation);
    }

    /// <summary>The octets of a message: those of its content, or of what it has in place of one.</summary>
    public static long SizeOf(Document memo) =>
        memo.Content?.Size ?? memo.Items.Sum(item => (item.Content?.Size ?? 0) + item.Texts.Sum(text => (long)Encoding.UTF8.GetByteCount(text)));

    private bool IsWarningDue(QuotaState state) => state.WarnedAt is not { } warned || context.Now - warned >= context.Settings.QuotaWarningInterval;

    private async ValueTask<Filing> RefuseAsync(Stop stop, IDatabase file, QuotaState before, long used, long size, MailFileLimits limits, CancellationToken cancellation)
    {
        var quota = limits.Quota!.Value;
        var warns = limits.Warning is not null && IsWarningDue(before);
        var after = before.WithoutRoom(used, size, quota, context.Now) with { WarnedAt = warns ? context.Now : before.WarnedAt };
        if (after != before)
        {
            await file.PutAsync([after.ToDocument(file), .. warns ? new[] { QuotaWarning.Memo(file, stop.Recipient.Address, used, quota, isFull: true, context) } : []], cancellation);
            // The warning takes room, and so does what is remembered here: no sign that there was any.
            if (await file.SizeAsync(cancellation) - used is not 0 and var more)
            {
                after = await QuotaState.ReadAsync(file, cancellation);
                await file.PutAsync([(after with { Used = after.Used + more }).ToDocument(file)], cancellation);
            }
        }
        return Filing.Full(after.OverSince!.Value, string.Create(CultureInfo.InvariantCulture,
            $"over quota: {UserOf(stop.User!)} has {used:N0} of {quota:N0} octets, and the message {size:N0}"));
    }

    /// <summary>The name by which operators know a user: that of the mail file.</summary>
    public static string UserOf(LocalUser user) => user.MailFile.StartsWith("mail/", StringComparison.Ordinal) ? user.MailFile["mail/".Length..] : user.MailFile;

    private async ValueTask<Filing> PutAsync(Document memo, Unid id, Stop stop, IDatabase file, List<Document> more, CancellationToken cancellation)
    {
        var writers = new List<IContentWriter>();
        try
        {
            var (items, content) = await FormAsync(memo, stop.User!.Format, file, writers, cancellation);
            var itemizeError = HasItemizeError(items);
            await file.PutAsync([new Document { Id = id, Form = memo.Form, Items = [.. items, .. Delivered(memo, stop)], Content = content }, .. more], cancellation);
            return Filing.Done(itemizeError);
        }
        finally
        {
            foreach (var writer in writers)
                await writer.DisposeAsync();
        }
    }

    // The octets stay where the user wants them, and where the items do not tell all of them. A Memo that never was a message has items only.
    private async ValueTask<(ImmutableArray<Item> Items, Content? Content)> FormAsync(
        Document memo, MailFormat format, IDatabase file, List<IContentWriter> writers, CancellationToken cancellation)
    {
        if (memo.Content is not { } message || format == MailFormat.Mime)
        {
            var items = ImmutableArray.CreateBuilder<Item>(memo.Items.Length);
            foreach (var item in Kept(memo))
                items.Add(item.Content is null ? item : item.At(await CopyAsync(item.Content, file, writers, cancellation)));
            return (items.ToImmutable(), memo.Content is null ? null : await CopyAsync(memo.Content, file, writers, cancellation));
        }
        var read = await Itemizer.ReadAsync(context.Queues.ReadContentAsync(message, cancellation), file.NewContent, writers, cancellation);
        var whole = format == MailFormat.Both || HasItemizeError(read);
        // What a report says in items of its own stands in no message.
        var own = memo.Form == Forms.Memo ? [] : Kept(memo).Where(item => item.Content is null && !read.Any(other => other.Name.Equals(item.Name, StringComparison.OrdinalIgnoreCase)));
        return ([.. read, .. own], whole ? await CopyAsync(message, file, writers, cancellation) : null);
    }

    private static bool HasItemizeError(IEnumerable<Item> items) => items.Any(item => item.Name.Equals(ItemNames.ItemizeError, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<Item> Kept(Document memo) => memo.Items.Where(item => !Parts.IsOwn(item) && item.Name != ItemNames.Loops);

    private IEnumerable<Item> Delivered(Document memo, Stop stop)
    {
        yield return Item.OfText(ItemNames.Recipients, stop.Recipient.Address.ToString());
        yield return Item.OfText(ItemNames.Originator, stop.Sender?.ToString() ?? "");
        yield return Item.OfTime(ItemNames.DeliveredDate, context.Now);
        if (stop.Trail.IsEmpty)
            yield break;
        yield return Item.OfText(ItemNames.DeliveredTo, [.. stop.Trail.Addresses]);
        yield return Item.OfNumber(ItemNames.Loops, Math.Max(0, Expansion.ForwardingsLeft(memo) - stop.Trail.Forwardings));
    }

    private async ValueTask<Content> CopyAsync(Content content, IDatabase file, List<IContentWriter> writers, CancellationToken cancellation)
    {
        var writer = file.NewContent();
        writers.Add(writer);
        await foreach (var piece in context.Queues.ReadContentAsync(content, cancellation))
            await writer.WriteAsync(piece, cancellation);
        return await writer.CompleteAsync(cancellation);
    }
}
