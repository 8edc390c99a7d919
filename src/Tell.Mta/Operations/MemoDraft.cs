using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Mta.Operations;

/// <summary>
/// A Memo as a person or an application writes it. Addresses are mailboxes; <see cref="Operator.FindMailboxAsync"/> gives that of a person or a group.
/// </summary>
public sealed record MemoDraft
{
    /// <summary>The author, to whom failures are reported.</summary>
    public required Mailbox From { get; init; }

    /// <summary>On whose behalf it is written, where that is somebody else: the Principal stands in From, and the author in Sender.</summary>
    public Mailbox? Principal { get; init; }

    /// <summary>SendTo.</summary>
    public ImmutableArray<Mailbox> SendTo { get; init; } = [];

    /// <summary>CopyTo.</summary>
    public ImmutableArray<Mailbox> CopyTo { get; init; } = [];

    /// <summary>BlindCopyTo: each of them gets an instance of its own, and nobody else sees the name.</summary>
    public ImmutableArray<Mailbox> BlindCopyTo { get; init; } = [];

    /// <summary>The names that people read beside mailboxes, of the author, the recipients or the others; a mailbox without one stands alone. Blind copies show none.</summary>
    public ImmutableDictionary<Mailbox, Line> Names { get; init; } = ImmutableDictionary<Mailbox, Line>.Empty;

    /// <summary>The subject, one line.</summary>
    public Line Subject { get; init; }

    /// <summary>The text; line ends of any kind. Null where there is only HTML.</summary>
    public string? Body { get; init; } = "";

    /// <summary>The HTML; null for none.</summary>
    public string? Html { get; init; }

    /// <summary>Where answers go; empty where that is the author.</summary>
    public ImmutableArray<Mailbox> ReplyTo { get; init; } = [];

    /// <summary>The message that it answers; none where it answers nothing.</summary>
    public MessageId InReplyTo { get; init; }

    /// <summary>The thread that it is in, oldest first.</summary>
    public ImmutableArray<MessageId> References { get; init; } = [];

    /// <summary>How important the author finds it.</summary>
    public Importance Importance { get; init; }

    /// <summary>True where the author wants to know that it was read.</summary>
    public bool ReturnReceipt { get; init; }

    /// <summary>What the author wants to be told of its delivery (facts: lotus 7.3).</summary>
    public DeliveryReport DeliveryReport { get; init; }

    /// <summary>The files.</summary>
    public ImmutableArray<DraftFile> Files { get; init; } = [];

    /// <summary>The priority.</summary>
    public Priority Priority { get; init; }

    /// <summary>The way in: "CONSOLE", "PICKUP" or "API".</summary>
    public string Protocol { get; init; } = "API";
}
