using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Outbound;

/// <summary>Reads the items of a Memo as a message (facts: lotus 6.4). Items without an Internet equivalent are left out.</summary>
internal static class MemoItems
{
    /// <summary>The message, with the one blind name that this instance shows; null shows none.</summary>
    public static MemoMessage Message(Document memo, Mailbox? blind, Domain host) => new()
    {
        From = Names(memo, ItemNames.From) is [var from, ..] ? from : memo.Envelope?.Sender ?? throw new FormatException("The Memo has no author."),
        To = Names(memo, ItemNames.SendTo),
        Cc = Names(memo, ItemNames.CopyTo),
        Bcc = blind is null ? [] : [blind],
        Subject = Line.Clean(memo[ItemNames.Subject]?.Text ?? ""),
        Date = memo[ItemNames.PostedDate] is { Times: [var posted, ..] } ? posted : memo.Created,
        MessageId = MessageId.TryParse(memo[ItemNames.MessageId]?.Text ?? "", out var id) ? id : MessageId.New(memo.Id.ToString(), host),
        Text = memo[ItemNames.Body]?.Text ?? "",
    };

    private static ImmutableArray<NamedMailbox> Names(Document memo, string item) =>
        [.. (memo[item]?.Texts ?? []).Select(text => NamedMailbox.TryParse(text, out var named) ? named : null).OfType<NamedMailbox>()];
}
