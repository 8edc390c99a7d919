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

    /// <summary>The text, with any line ends.</summary>
    public string Text { get; init; } = "";

    /// <summary>True where a local part in the header is beyond ASCII, so that only SMTPUTF8 can carry it (RFC 6532).</summary>
    public bool NeedsSmtpUtf8 =>
        !From.Mailbox.IsAscii || Sender is { Mailbox.IsAscii: false } || To.Concat(Cc).Concat(Bcc).Any(named => !named.Mailbox.IsAscii);
}
