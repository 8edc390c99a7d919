using Tell.Mail;

namespace Tell.Smtp.Client;

/// <summary>What a peer decided about one recipient.</summary>
/// <param name="Recipient">The recipient.</param>
/// <param name="Reply">The reply that decided: of RCPT, or of MAIL, DATA or the final dot for all; null where a fault came first.</param>
/// <param name="Phase">Where it was decided.</param>
public sealed record RecipientResult(Recipient Recipient, Reply? Reply, SessionPhase Phase)
{
    /// <summary>True where the peer took the message for this recipient.</summary>
    public bool Delivered => Phase == SessionPhase.EndOfData && Reply is { IsPositive: true };

    /// <summary>True where the peer refused for good.</summary>
    public bool Refused => Reply is { IsPermanent: true };
}
