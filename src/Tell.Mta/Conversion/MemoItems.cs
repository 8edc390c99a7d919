using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Conversion;

/// <summary>Reads the items of a Memo as a message (facts: lotus 6.4). Items without an Internet equivalent are left out.</summary>
internal static class MemoItems
{
    /// <summary>The message, with the one blind name that this instance shows; null shows none.</summary>
    /// <exception cref="FormatException">It has no author.</exception>
    public static async ValueTask<MemoMessage> MessageAsync(Document memo, Mailbox? blind, MtaContext context, CancellationToken cancellation)
    {
        var names = new MemoNames(memo, context.Directory, cancellation);
        var author = await names.OfAsync(ItemNames.From) is [var from, ..] ? from
            : memo.Envelope?.Sender is { } sender ? await names.WithNameAsync(sender)
            // In a mail file lies what came, author or not.
            : memo[ItemNames.Originator] is { } originator ? await names.WithNameAsync(Mailbox.TryParse(originator.Text, out var path) ? path : context.Postmaster)
            : throw new FormatException("The Memo has no author.");
        var principal = await names.OfAsync(ItemNames.Principal) is [var named, ..] && named.Mailbox != author.Mailbox ? named : null;
        return new MemoMessage
        {
            // RFC 5322 3.6.2: From is on whose behalf it was written, Sender who sent it.
            From = principal ?? author,
            Sender = principal is null ? null : author,
            ReplyTo = await names.OfAsync(ItemNames.ReplyTo),
            To = await names.OfAsync(ItemNames.SendTo),
            Cc = await names.OfAsync(ItemNames.CopyTo),
            Bcc = blind is null ? [] : [await names.WithNameAsync(blind)],
            Subject = Line.Clean(memo[ItemNames.Subject]?.Text ?? ""),
            Date = memo[ItemNames.PostedDate] is { Times: [var posted, ..] } ? posted : memo.Created,
            MessageId = Ids(memo, ItemNames.MessageId) is [var id, ..] && System.Text.Ascii.IsValid(id.Value) ? id : MessageId.New(memo.Id.ToString(), context.HostDomain),
            InReplyTo = Ids(memo, ItemNames.InReplyTo) is [var answered, ..] ? answered : default,
            References = Ids(memo, ItemNames.References),
            Importance = memo[ItemNames.Importance] is { } importance ? ImportanceOf(importance) : Importance.Normal,
            Priority = PriorityOf(memo),
            ReceiptTo = memo[ItemNames.ReturnReceipt]?.Text == "1" ? author : null,
            Charset = context.Settings.OutboundCharset is { Length: > 0 } charset ? charset : null,
            WrapColumn = context.Settings.OutboundLineLength,
            Text = Body(memo, "text/plain"),
            Html = Body(memo, "text/html"),
        };
    }

    /// <summary>What the author of a Memo chose; a message has its priority in its envelope.</summary>
    public static Priority PriorityOf(Document memo) => memo[ItemNames.DeliveryPriority]?.Text.ToUpperInvariant() switch
    {
        "H" => Priority.High,
        "N" => Priority.Normal,
        "L" => Priority.Low,
        _ => memo.Envelope?.Priority ?? Priority.Normal,
    };

    /// <summary>The recipients with the NOTIFY that the author's DeliveryReport comes to (facts: lotus 7.3), where the envelope does not say one.</summary>
    public static ImmutableArray<Recipient> Notified(Document memo, ImmutableArray<Recipient> recipients)
    {
        var notify = memo[ItemNames.DeliveryReport]?.Text.ToUpperInvariant() switch
        {
            "N" => Notify.Never,
            "B" => Notify.Failure,
            "C" => Notify.Success | Notify.Failure,
            "T" => Notify.Success | Notify.Failure | Notify.Delay,
            _ => Notify.Unspecified,
        };
        return notify == Notify.Unspecified
            ? recipients
            : [.. recipients.Select(recipient => recipient.Notify == Notify.Unspecified ? recipient with { Notify = notify } : recipient)];
    }

    /// <summary>The attached files in their order, with what the message says about each.</summary>
    public static ImmutableArray<(Attachment Attachment, Content Content)> Files(Document memo)
    {
        var ids = memo[ItemNames.ContentIds]?.Texts ?? [];
        var files = ImmutableArray.CreateBuilder<(Attachment, Content)>();
        foreach (var item in memo.Items)
        {
            if (item is not { Kind: ItemKind.Attachment, Content: { } content })
                continue;
            var id = files.Count < ids.Length && ids[files.Count].Length > 0 ? ids[files.Count] : null;
            files.Add((Attachment.Of(item.Text, item.MediaType, id), content));
        }
        return files.ToImmutable();
    }

    // One id a value, or all of them in one, as they stand in the field.
    private static ImmutableArray<MessageId> Ids(Document memo, string item)
    {
        var ids = ImmutableArray.CreateBuilder<MessageId>();
        foreach (var text in memo[item]?.Texts ?? [])
        {
            for (var rest = text.AsSpan(); rest.IndexOf('<') is var start and >= 0; rest = rest[1..])
            {
                rest = rest[start..];
                if (MessageId.TryParse(rest, out var id))
                {
                    ids.Add(id);
                    rest = rest[id.Value.Length..];
                    if (rest.IsEmpty)
                        break;
                }
            }
        }
        return ids.ToImmutable();
    }

    private static Importance ImportanceOf(Item item) => (item.Kind == ItemKind.Number ? item.Numbers : []) switch
    {
        [1, ..] => Importance.High,
        [3, ..] => Importance.Low,
        _ => item.Text.Trim() switch { "1" => Importance.High, "3" => Importance.Low, _ => Importance.Normal },
    };

    // A Body of plain text may be a text list; several items of one kind follow one another.
    private static string? Body(Document memo, string mediaType)
    {
        var parts = memo.Items
            .Where(item => item.Name.Equals(ItemNames.Body, StringComparison.OrdinalIgnoreCase) && mediaType.Equals(MediaTypeOf(item), StringComparison.OrdinalIgnoreCase))
            .Select(item => string.Join('\n', item.Texts))
            .ToList();
        return parts.Count == 0 ? null : string.Join('\n', parts);
    }

    private static string? MediaTypeOf(Item item) => item.Kind switch
    {
        ItemKind.RichText => item.MediaType,
        ItemKind.Text => "text/plain",
        _ => null,
    };
}
