using Tell.Mail;

namespace Tell.Smtp.Server.Parameters;

/// <summary>What the parameters of RCPT said, and what MAIL said that they depend on.</summary>
internal struct RecipientOptions
{
    /// <summary>True in a transaction with SMTPUTF8.</summary>
    public bool Utf8;

    public Notify Notify;
    public string? OriginalRecipient;
}
