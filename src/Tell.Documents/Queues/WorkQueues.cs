namespace Tell.Documents;

/// <summary>The names by which operators know the queues and states.</summary>
public static class WorkQueues
{
    /// <summary>All queues, in the order in which they are shown.</summary>
    public static IReadOnlyList<WorkQueue> All { get; } = [WorkQueue.Inbound, WorkQueue.MailBox, WorkQueue.SmtpBox, WorkQueue.Outbound];

    /// <summary>"SMTP.BOX", "SMTPOBWQ", "SMTPIBWQ" or "MAIL.BOX".</summary>
    public static string Title(this WorkQueue queue) => queue switch
    {
        WorkQueue.SmtpBox => "SMTP.BOX",
        WorkQueue.Outbound => "SMTPOBWQ",
        WorkQueue.Inbound => "SMTPIBWQ",
        WorkQueue.MailBox => "MAIL.BOX",
        _ => throw new ArgumentOutOfRangeException(nameof(queue), queue, null),
    };

    /// <summary>The state in the words of facts lotus 1.1: "WQ_LOCKED_FOR_XMIT" for LockedForXmit, else the name.</summary>
    public static string Title(this DocumentState state) =>
        state == DocumentState.LockedForXmit ? "WQ_LOCKED_FOR_XMIT" : state.ToString();
}
