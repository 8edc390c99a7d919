namespace Tell.Mail;

/// <summary>How a recipient stands.</summary>
public enum RecipientStatus : byte
{
    /// <summary>Not finished: to be tried, or tried again.</summary>
    Waiting,

    /// <summary>Brought to where it is read: filed in a mail file or Maildir, or taken by an LMTP server.</summary>
    Delivered,

    /// <summary>Given up: permanently refused, or expired.</summary>
    Failed,

    /// <summary>Handed to a next hop that says nothing of what becomes of it: what its sender wants to know of that, we say (RFC 3461 5.2.2).</summary>
    Relayed,

    /// <summary>Handed to a next hop that knows DSN, and answers for it from there on.</summary>
    Transferred,

    /// <summary>A group whose members have taken its place; of them nothing more is said (RFC 3461 5.2.7).</summary>
    Expanded,
}
