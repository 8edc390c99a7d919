namespace Tell.Documents;

/// <summary>The four work queues (facts: lotus 1). The numbers are stored: never renumber.</summary>
public enum WorkQueue : byte
{
    /// <summary>SMTP.BOX: parents, on their way to the Internet.</summary>
    SmtpBox = 1,

    /// <summary>SMTPOBWQ: children, converted, until transmitted.</summary>
    Outbound = 2,

    /// <summary>SMTPIBWQ: received messages, until converted.</summary>
    Inbound = 3,

    /// <summary>MAIL.BOX: on their way to local mail files.</summary>
    MailBox = 4,
}
