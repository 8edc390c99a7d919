using Tell.Mail;

namespace Tell.Smtp.Client;

/// <summary>What a peer decided about one recipient.</summary>
/// <param name="Recipient">The recipient.</param>
/// <param name="Reply">The reply that decided: of RCPT, or of MAIL, DATA, BDAT or the final dot for all; null where a fault came first.</param>
/// <param name="Phase">Where it was decided.</param>
public sealed record RecipientResult(Recipient Recipient, Reply? Reply, SessionPhase Phase)
{
    /// <summary>
    /// True where the recipient was left out because the peer has said how much it takes (LIMITS, RFC 9422): the reply is ours, and the
    /// recipient can be sent to at once, in the next transaction, or in the next session where this one is not usable any more.
    /// </summary>
    public bool LeftForNext { get; init; }

    /// <summary>
    /// True where the peer may have taken the message for this recipient, although its word for it never came (RFC 1047). There is no reply then, or it
    /// is the 421 with which an LMTP server answered for another and ended the session.
    /// </summary>
    public bool InDoubt { get; init; }

    /// <summary>True where the peer took the message for this recipient, something is asked about it by DSN, and the peer was not told, or knows nothing of that.</summary>
    public bool DsnLost { get; init; }

    /// <summary>True where the peer took the message for this recipient.</summary>
    public bool Delivered => Phase == SessionPhase.EndOfData && Reply is { IsPositive: true };

    /// <summary>True where the peer refused for good.</summary>
    public bool Refused => Reply is { IsPermanent: true };
}
