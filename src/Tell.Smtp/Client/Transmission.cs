using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Smtp.Client;

/// <summary>What came of sending one message: one result for each recipient, in the order of the envelope.</summary>
public sealed record Transmission
{
    /// <summary>One result for each recipient of the envelope, in its order.</summary>
    public required ImmutableArray<RecipientResult> Recipients { get; init; }

    /// <summary>True where the session can send another message.</summary>
    public required bool SessionUsable { get; init; }

    /// <summary>
    /// True where the peer took the message and does not know DSN, although the envelope asks for something of it (RET, ENVID, NOTIFY, ORCPT):
    /// from here on nobody reports success. RFC 3461 5.2.2 then wants a report "relayed" from us where NOTIFY has SUCCESS.
    /// </summary>
    public bool DsnLost { get; init; }

    /// <summary>True where the peer offers DSN, and so answers for what is asked from there on, but for those of <see cref="RecipientResult.DsnLost"/>.</summary>
    public bool DsnKnown { get; init; }

    /// <summary>True where the peer offers DELIVERBY (RFC 2852), and so keeps the time that the sender named.</summary>
    public bool DeliverByKnown { get; init; }

    /// <summary>True for LMTP (RFC 2033): what the peer took is where it is read.</summary>
    public bool Lmtp { get; init; }

    /// <summary>
    /// The fault that ended the session (lost connection, timeout, nonsense, 421); null where it can go on. It decides for those recipients
    /// only whose result has no reply; a recipient that was refused before it keeps its own reply.
    /// </summary>
    public SessionFault? Fault { get; init; }
}
