using Tell.Mail;

namespace Tell.Smtp.Client;

/// <summary>Whether something is asked by DSN (RFC 3461): of a message (RET, ENVID), of a recipient (NOTIFY, ORCPT).</summary>
internal static class DsnText
{
    /// <summary>Of the message or any of its recipients.</summary>
    public static bool Asks(Envelope envelope)
    {
        if (AsksOfMessage(envelope))
            return true;
        foreach (var recipient in envelope.Recipients)
        {
            if (AsksOf(recipient))
                return true;
        }
        return false;
    }

    /// <summary>Of the message.</summary>
    public static bool AsksOfMessage(Envelope envelope) => envelope.Return != ReturnContent.Unspecified || envelope.EnvelopeId is not null;

    /// <summary>Of a recipient.</summary>
    public static bool AsksOf(Recipient recipient) => recipient.Notify != Notify.Unspecified || recipient.OriginalRecipient is not null;
}
