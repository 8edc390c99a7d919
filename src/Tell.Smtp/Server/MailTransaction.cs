using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Smtp.Server;

/// <summary>One mail transaction: from an accepted MAIL to the end of the data, RSET, EHLO or the end of the session.</summary>
internal sealed class MailTransaction(Envelope envelope)
{
    private readonly ImmutableArray<Recipient>.Builder _recipients = ImmutableArray.CreateBuilder<Recipient>();

    /// <summary>The envelope as MAIL gave it, without recipients.</summary>
    public Envelope Opened => envelope;

    /// <summary>Its body; null before DATA, or before the first chunk.</summary>
    public BodyIntake? Body { get; set; }

    /// <summary>How many recipients it has.</summary>
    public int Count => _recipients.Count;

    /// <summary>Takes an accepted recipient in.</summary>
    public void Add(Recipient recipient) => _recipients.Add(recipient);

    /// <summary>The envelope with its recipients. It copies the list of them: once a message, never once a recipient.</summary>
    public Envelope Close() => envelope with { Recipients = _recipients.ToImmutable() };
}
