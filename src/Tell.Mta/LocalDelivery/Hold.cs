using Tell.Documents;
using Tell.Mta.Routing;

namespace Tell.Mta.LocalDelivery;

/// <summary>
/// The hold queue: Memos in MAIL.BOX whose recipient is on hold, one document for each (facts: sun-cisco A9). Not every held document is in it:
/// what an operator holds is not.
/// </summary>
internal static class Hold
{
    private const string End = " is on hold";

    /// <summary>Why a Memo is held: "ada is on hold".</summary>
    public static string ReasonOf(LocalUser user) => MailFiler.UserOf(user) + End;

    /// <summary>True for a document of the hold queue.</summary>
    public static bool Has(Document document) =>
        document is { Queue: WorkQueue.MailBox, State: DocumentState.Held, Reason: { } reason } && reason.EndsWith(End, StringComparison.Ordinal);

    /// <summary>For whom a document of the hold queue is held.</summary>
    public static string UserOf(Document held) => held.Reason![..^End.Length];
}
