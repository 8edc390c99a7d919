namespace Tell.Mail;

/// <summary>One forward path with its own options and its own fate.</summary>
public sealed record Recipient(Mailbox Address)
{
    /// <summary>NOTIFY (RFC 3461 4.1).</summary>
    public Notify Notify { get; init; }

    /// <summary>ORCPT as "type;address", decoded (RFC 3461 4.2); null where there is none.</summary>
    public string? OriginalRecipient { get; init; }

    /// <summary>How it stands.</summary>
    public RecipientStatus Status { get; init; }

    /// <summary>True where an attempt ended in doubt: the peer may have it already, and what it gets next may be a second copy (RFC 1047).</summary>
    public bool InDoubt { get; init; }

    /// <summary>How often its delivery was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>The status of the last attempt.</summary>
    public EnhancedStatus LastStatus { get; init; }

    /// <summary>What the other side said at the last attempt; a single line; null before the first.</summary>
    public string? LastReply { get; init; }

    /// <summary>The host that said it; null where none was reached.</summary>
    public string? LastHost { get; init; }
}
