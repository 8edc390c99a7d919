using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Conversion;

/// <summary>MIME to Memo: reads a message as items (facts: lotus 1.3, 6.4). The octets stay the truth; what could not be read is said in $ItemizeError.</summary>
internal static class Itemizer
{
    /// <summary>The files of a message that become items of their own; what is beyond is said in $ItemizeError.</summary>
    public const int MostFiles = 1000;

    /// <summary>The items of the header alone, given the first octets of a message.</summary>
    public static ImmutableArray<Item> Header(ReadOnlyMemory<byte> head) => FieldItems.Of(HeaderBlock.Read(head)).Items;

    /// <summary>
    /// All items: those of the header, Body as text and HTML, and the attachments, whose octets go into contents from <paramref name="newContent"/>. Memory does not grow with
    /// the message. The writers are added to <paramref name="writers"/>: the caller disposes them after its put. Where something could not be read, the items have $ItemizeError.
    /// </summary>
    public static async ValueTask<ImmutableArray<Item>> ReadAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> message, Func<IContentWriter> newContent, List<IContentWriter> writers, CancellationToken cancellation)
    {
        var reader = new MessageReader();
        var files = new ItemizedFiles(newContent, writers);
        await foreach (var piece in message.WithCancellation(cancellation))
        {
            reader.Feed(piece);
            while (reader.Read())
                await files.TakeAsync(reader, cancellation);
        }
        reader.Complete();
        while (reader.Read())
            await files.TakeAsync(reader, cancellation);
        return Items(reader, files);
    }

    private static ImmutableArray<Item> Items(MessageReader reader, ItemizedFiles files)
    {
        var read = reader.Message;
        var fields = FieldItems.Of(read.Header);
        var items = fields.Items.ToBuilder();
        // A named text may be both the text and a file; beside HTML it is a file only, since it was not written to be read first.
        var body = read.Html is not null && files.TextIsFile ? null : read.Body;
        if (body is not null || read.Html is null)
            items.Add(Item.OfRichText(ItemNames.Body, "text/plain", body ?? ""));
        if (read.Html is not null)
            items.Add(Item.OfRichText(ItemNames.Body, "text/html", read.Html));
        if (read.Charset is { } charset)
            items.Add(Item.OfText(ItemNames.MailCharset, charset));
        items.AddRange(files.Items);
        if (files.ContentIds is { IsEmpty: false } ids)
            items.Add(Item.OfText(ItemNames.ContentIds, ids));
        var problems = reader.Problems.Select(problem => Line.Clean(problem.ToString()).Text).ToList();
        if (reader.ProblemCount > problems.Count)
            problems.Add($"{reader.ProblemCount - problems.Count} more");
        if (fields.Dropped > 0)
            problems.Add($"more than {FieldItems.MostNames} kinds of field: {fields.Dropped} fields have no item");
        if (files.Dropped > 0)
            problems.Add($"more than {MostFiles} files: {files.Dropped} have no item");
        if (problems.Count > 0)
            items.Add(Item.OfText(ItemNames.ItemizeError, [.. problems]));
        return items.ToImmutable();
    }
}
