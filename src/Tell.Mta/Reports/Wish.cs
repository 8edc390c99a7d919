using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Reports;

/// <summary>What senders want to be told of their recipients (RFC 3461 4.1; RFC 2852 4.1.4). Not said means failures and delays.</summary>
internal static class Wish
{
    /// <summary>True where the sender wants to be told of that. Of success only what came to an end in our hands: whom a next hop answers for, it tells of.</summary>
    public static bool Wants(Envelope envelope, Recipient recipient, DeliveryAction action) => action switch
    {
        DeliveryAction.Failed => recipient.Notify == Notify.Unspecified || recipient.Notify.HasFlag(Notify.Failure),
        DeliveryAction.Delayed => recipient.Notify == Notify.Unspecified || recipient.Notify.HasFlag(Notify.Delay),
        _ => (WantsTrace(recipient) && recipient.Status != RecipientStatus.Transferred) || WantsRelay(envelope, recipient),
    };

    /// <summary>The same for one who wants the way traced: also where the next hop answers from here on.</summary>
    public static bool WantsTrace(Recipient recipient) =>
        recipient.Notify.HasFlag(Notify.Success)
        && recipient.Status is RecipientStatus.Delivered or RecipientStatus.Relayed or RecipientStatus.Expanded or RecipientStatus.Transferred;

    /// <summary>True where a successful document may have to be reported; who is not told of success costs nothing.</summary>
    public static bool MayWantSuccess(Document document)
    {
        if (document.Envelope is not { Sender: not null } envelope || Forms.IsReport(document.Form))
            return false;
        foreach (var recipient in envelope.Recipients)
        {
            if (WantsTrace(recipient) || WantsRelay(envelope, recipient))
                return true;
        }
        return false;
    }

    /// <summary>What the members of a group get of a NOTIFY: of its success the sender has heard when it gave way to them (RFC 3461 5.2.7.3).</summary>
    public static Notify WithoutSuccess(Notify notify) => !notify.HasFlag(Notify.Success) ? notify
        : (notify & ~Notify.Success) is var rest and not Notify.Unspecified ? rest : Notify.Never;

    // RFC 2852 4.1.4: with the trace modifier each relay tells that it has handed the message on, whoever answers from there on; without it, the last that keeps
    // the time of a message that is delivered late all the same. To say nothing is what only NEVER asks for.
    private static bool WantsRelay(Envelope envelope, Recipient recipient) =>
        envelope.DeliverBy is not null
        && !recipient.Notify.HasFlag(Notify.Never)
        && recipient.Status switch
        {
            RecipientStatus.Relayed => envelope.DeliverByTrace || !envelope.DeliverByReturns,
            RecipientStatus.Transferred => envelope.DeliverByTrace,
            _ => false,
        };
}
