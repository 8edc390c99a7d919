namespace Tell.Mta.Inbound;

/// <summary>What a listener is for.</summary>
public enum ListenerRole : byte
{
    /// <summary>Mail from other MTAs, for us: no authentication, and no relaying but for SMTPMTA_RelayClients and SMTPMTA_RelayDomains.</summary>
    Mx,

    /// <summary>Mail from our users, who authenticate (RFC 6409); STARTTLS is offered.</summary>
    Submission,

    /// <summary>The same over TLS from the first octet (RFC 8314 3.3).</summary>
    SubmissionTls,
}
