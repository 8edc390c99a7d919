using Tell.Mail;

namespace Tell.Commands;

/// <summary>A memo before it is a document.</summary>
/// <param name="From">Its sender.</param>
/// <param name="To">SendTo.</param>
/// <param name="Cc">CopyTo.</param>
/// <param name="Bcc">BlindCopyTo.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Body">The text.</param>
/// <param name="Attachments">The files.</param>
public sealed record MemoDraft(
    Mailbox From,
    IReadOnlyList<Mailbox> To,
    IReadOnlyList<Mailbox> Cc,
    IReadOnlyList<Mailbox> Bcc,
    string Subject,
    string Body,
    IReadOnlyList<MemoAttachment> Attachments);
