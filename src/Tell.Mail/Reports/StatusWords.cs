namespace Tell.Mail;

/// <summary>
/// The reason line of a report for a status. Where the original had words they are used (facts: lotus 7.1), so that what reads its reports
/// reads these; the rest are Tell's own after RFC 3463 3.
/// </summary>
public static class StatusWords
{
    /// <summary>The words for what happened to a recipient; never empty, a single line.</summary>
    public static Line For(EnhancedStatus status, Mailbox recipient) => Line.From((status.Subject, status.Detail) switch
    {
        (1, 1) => "User not listed in public Name & Address Book",
        (1, 2) or (4, 4) => $"No route found to domain {recipient.Domain}",
        (1, 10) => $"Domain {recipient.Domain} does not accept mail",
        (1, 3) => "The address is not one that the host understands",
        (1, 7) or (1, 8) => "The sender's address was refused",
        (1, _) => "The address was refused",
        (2, 1) => "The mailbox does not take messages now",
        (2, 2) => "The mailbox is full",
        (2, 3) or (3, 4) => "The message is too large",
        (2, _) => "The mailbox could not take the message",
        (3, 1) => "The host has no room for the message",
        (3, _) => "The host could not take the message",
        (4, 1) => "The host does not answer",
        (4, 2) => "The connection to the host was lost",
        (4, 3) => "The directory could not be asked",
        (4, 6) => "Message has exceeded maximum hop count",
        (4, 7) => "Delivery time expired",
        (4, _) => "The network could not carry the message",
        (5, _) => "The host and Tell did not understand each other",
        (6, 7) => "The address needs SMTPUTF8, which the host does not have",
        (6, _) => "The message could not be converted for the host",
        (7, 1) => "The host does not allow this message",
        (7, _) => "The message was refused for a reason of security or policy",
        _ => status.Class == 2 ? "The message was delivered" : "The message could not be delivered",
    });
}
