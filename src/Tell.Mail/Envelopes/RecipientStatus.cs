namespace Tell.Mail;

/// <summary>How a recipient stands.</summary>
public enum RecipientStatus : byte
{
    /// <summary>Not finished: to be tried, or tried again.</summary>
    Waiting,

    /// <summary>Handed to its next hop or filed in its mail file.</summary>
    Delivered,

    /// <summary>Given up: permanently refused, or expired.</summary>
    Failed,
}
