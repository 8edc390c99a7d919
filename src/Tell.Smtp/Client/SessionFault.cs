namespace Tell.Smtp.Client;

/// <summary>Why a session could not go on.</summary>
/// <param name="Phase">Where.</param>
/// <param name="Text">What happened, one line, fit for the log: "connection closed", "no reply within 5 minutes".</param>
/// <param name="Reply">The reply that ended it (421, or a refused greeting); null where there was none.</param>
public sealed record SessionFault(SessionPhase Phase, string Text, Reply? Reply = null)
{
    /// <summary>For the phases StartTls and Handshake: why there is no TLS; else null.</summary>
    public Tls.TlsFault? Tls { get; init; }

    /// <summary>
    /// True where the peer may have taken the message although we have no reply (RFC 1047): it was sent to its end, and its verdict is not known.
    /// The phase says nothing about that: a whole message may have gone with the MAIL whose reply was lost.
    /// </summary>
    public bool InDoubt { get; init; }
}
