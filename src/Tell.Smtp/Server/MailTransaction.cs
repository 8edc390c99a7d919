using Tell.Mail;

namespace Tell.Smtp.Server;

/// <summary>One mail transaction: from an accepted MAIL to the end of the data, RSET, EHLO or the end of the session.</summary>
internal sealed class MailTransaction(Envelope envelope)
{
    /// <summary>The envelope so far.</summary>
    public Envelope Envelope { get; private set; } = envelope;

    /// <summary>How many recipients it has.</summary>
    public int Count => Envelope.Recipients.Length;

    /// <summary>Takes an accepted recipient in.</summary>
    public void Add(Recipient recipient) => Envelope = Envelope with { Recipients = Envelope.Recipients.Add(recipient) };
}
