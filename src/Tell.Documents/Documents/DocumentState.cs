namespace Tell.Documents;

/// <summary>The state of a document in a work queue (facts: lotus 1.1). The numbers are stored: never renumber.</summary>
public enum DocumentState : byte
{
    /// <summary>Waits: for conversion in SMTPIBWQ, SMTP.BOX and MAIL.BOX, for transmission in SMTPOBWQ.</summary>
    Pending = 0,

    /// <summary>Taken for transmission; printed WQ_LOCKED_FOR_XMIT. Only in SMTPOBWQ.</summary>
    LockedForXmit = 1,

    /// <summary>Done: converted in SMTPIBWQ and SMTP.BOX, handed to the next hop in SMTPOBWQ.</summary>
    Success = 2,

    /// <summary>Temporary where the document has a next attempt (<see cref="Document.Due"/>), permanent where it has none.</summary>
    Failure = 3,

    /// <summary>Stopped until an operator acts: nothing can be reported to anybody.</summary>
    Dead = 4,

    /// <summary>Stopped until an operator releases it.</summary>
    Held = 5,
}
