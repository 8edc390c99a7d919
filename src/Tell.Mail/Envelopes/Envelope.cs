using System.Collections.Immutable;

namespace Tell.Mail;

/// <summary>
/// What SMTP says about a message and the message itself does not: who it is from, whom it is for, and how it is to be treated.
/// It has room for all that later decisions need, so that they add behaviour and no new shape.
/// </summary>
public sealed record Envelope
{
    /// <summary>The reverse path; null is the null reverse path "&lt;&gt;", to which nothing is ever reported (RFC 5321 4.5.5).</summary>
    public Mailbox? Sender { get; init; }

    /// <summary>The forward paths, in the order they were given; at least one in a finished envelope.</summary>
    public ImmutableArray<Recipient> Recipients { get; init; } = [];

    /// <summary>The declared body type (RFC 6152, RFC 3030).</summary>
    public BodyType Body { get; init; }

    /// <summary>True where the sender asked for SMTPUTF8 (RFC 6531).</summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary>True where the sender asked for REQUIRETLS (RFC 8689).</summary>
    public bool RequireTls { get; init; }

    /// <summary>The size that the sender announced in octets (RFC 1870); null where it did not.</summary>
    public long? DeclaredSize { get; init; }

    /// <summary>ENVID, decoded (RFC 3461 4.4); null where there is none.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>RET (RFC 3461 4.3): how much of the message a failure report returns.</summary>
    public ReturnContent Return { get; init; }

    /// <summary>The delivery priority.</summary>
    public Priority Priority { get; init; }

    /// <summary>MT-PRIORITY, -9 to 9 (RFC 6710); null where it was not given.</summary>
    public int? MtPriority { get; init; }

    /// <summary>The time by which it is to be delivered (RFC 2852); null for none.</summary>
    public DateTimeOffset? DeliverBy { get; init; }

    /// <summary>What happens when DeliverBy has passed (RFC 2852): true returns it, false notifies.</summary>
    public bool DeliverByReturns { get; init; }

    /// <summary>True where the sender wants to hear when a relay hands the message on (RFC 2852 4.1.3, by-trace).</summary>
    public bool DeliverByTrace { get; init; }

    /// <summary>The time before which it must not be sent (RFC 4865); null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Who handed it over, and how.</summary>
    public Submission Submission { get; init; } = Submission.Unknown;
}
