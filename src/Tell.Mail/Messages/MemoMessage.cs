using System.Collections.Immutable;

namespace Tell.Mail;

/// <summary>
/// What a Memo says, before it is octets: the header and the text. Attachments are fed to <see cref="MessageWriter"/>.
/// </summary>
public sealed record MemoMessage
{
    /// <summary>The author.</summary>
    public required NamedMailbox From { get; init; }

    /// <summary>Who sent it for the author; null where that is the author.</summary>
    public NamedMailbox? Sender { get; init; }

    /// <summary>SendTo.</summary>
    public ImmutableArray<NamedMailbox> To { get; init; } = [];

    /// <summary>CopyTo.</summary>
    public ImmutableArray<NamedMailbox> Cc { get; init; } = [];

    /// <summary>
    /// The blind copies that this instance of the message shows: none for everyone else, the one name in the instance that goes to it
    /// (facts: lotus 1.2).
    /// </summary>
    public ImmutableArray<NamedMailbox> Bcc { get; init; } = [];

    /// <summary>The subject; no field where it is empty.</summary>
    public Line Subject { get; init; }

    /// <summary>PostedDate.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>The id of the message.</summary>
    public required MessageId MessageId { get; init; }

    /// <summary>More fields, written after the others in this order; names as <see cref="HeaderWriter.IsName"/> has them.</summary>
    public ImmutableArray<(string Name, Line Value)> MoreFields { get; init; } = [];

    /// <summary>Where answers go; empty where that is the author.</summary>
    public ImmutableArray<NamedMailbox> ReplyTo { get; init; } = [];

    /// <summary>The message that it answers (RFC 5322 3.6.4); none where it answers nothing.</summary>
    public MessageId InReplyTo { get; init; }

    /// <summary>The thread that it is in, oldest first.</summary>
    public ImmutableArray<MessageId> References { get; init; } = [];

    /// <summary>How important the author finds it; says nothing about routing (facts: lotus 7.3).</summary>
    public Importance Importance { get; init; }

    /// <summary>The delivery priority, which is written where it is not normal.</summary>
    public Priority Priority { get; init; }

    /// <summary>Who is told that it was read (Disposition-Notification-To, RFC 8098); null for nobody.</summary>
    public NamedMailbox? ReceiptTo { get; init; }

    /// <summary>The charset that text is written in where US-ASCII does not hold it, by name, for example "ISO-2022-JP"; null for UTF-8 alone. What it does not hold either is UTF-8.</summary>
    public string? Charset { get; init; }

    /// <summary>The column at which lines of the text are wrapped, as format=flowed (RFC 3676); 0 leaves them as they are.</summary>
    public int WrapColumn { get; init; }

    /// <summary>The text, with any line ends; null where there is only HTML: it is then made of that.</summary>
    public string? Text { get; init; } = "";

    /// <summary>The HTML; null for none.</summary>
    public string? Html { get; init; }

    /// <summary>True where a local part in the header is beyond ASCII, so that only SMTPUTF8 can carry it (RFC 6532).</summary>
    public bool NeedsSmtpUtf8 =>
        !From.Mailbox.IsAscii || Sender is { Mailbox.IsAscii: false } || ReceiptTo is { Mailbox.IsAscii: false }
        || !System.Text.Ascii.IsValid(MessageId.Value)
        || To.Concat(Cc).Concat(Bcc).Concat(ReplyTo).Any(named => !named.Mailbox.IsAscii);
}
