using Tell.Mta.Routing;
using Tell.Smtp.Client;

namespace Tell.Mta.Security;

/// <summary>How a session with one host is to use TLS. Given by <see cref="TlsPolicies.PlanAsync"/>, and given back to it with what came of it.</summary>
/// <param name="Host">The host.</param>
/// <param name="Policy">The policy that it follows.</param>
public sealed record TlsPlan(MailHost Host, TlsPolicy Policy)
{
    /// <summary>What the session is told; null for a session in the clear.</summary>
    public ClientTls? Tls { get; init; }

    /// <summary>Why nothing may be sent to this host now: the next one is tried, and without one the mail waits. Null where the plan can be carried out.</summary>
    public TlsFailure? Refusal { get; init; }

    /// <summary>What to try with the same host where the handshake fails (RFC 7435); null where that ends it.</summary>
    public TlsPlan? Fallback { get; init; }

    /// <summary>What made an earlier session with this host fall back to this plan; null for a first choice.</summary>
    public TlsFailure? Earlier { get; init; }

    /// <summary>A failure that stands whatever becomes of the session: a policy in testing that the host is not part of.</summary>
    public TlsFailure? Found { get; init; }

    /// <summary>True where the result of this session was told already, by the one that it follows.</summary>
    internal bool Told { get; init; }
}
