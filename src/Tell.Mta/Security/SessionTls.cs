using Tell.Mta.Configuration;
using Tell.Mta.Routing;
using Tell.Smtp.Tls;

namespace Tell.Mta.Security;

/// <summary>
/// What TLS an open session has, and for whom that is enough: domains that share their mail exchangers share sessions, and each may have a
/// policy of its own. One caller at a time.
/// </summary>
/// <param name="policies">Who decides.</param>
/// <param name="host">The host that the session is with.</param>
/// <param name="facts">What it agreed on; null for one in the clear.</param>
public sealed class SessionTls(TlsPolicies policies, MailHost host, TlsFacts? facts)
{
    private readonly Dictionary<(string Hop, TlsNeed Need), bool> _known = new(1);

    /// <summary>The session was opened for this next hop and need: it is as good as it can be for them.</summary>
    public void OpenedFor(NextHop hop, TlsNeed need) => _known[(hop.Key, need)] = true;

    /// <summary>What was found for a next hop, by its key, and a need; null where nothing was asked yet.</summary>
    public bool? Known(string hop, TlsNeed need) => _known.TryGetValue((hop, need), out var permitted) ? permitted : null;

    /// <summary>True where a document may go over the session. False: one of its own is to be opened for it.</summary>
    public async ValueTask<bool> PermitsAsync(NextHop hop, TlsRequirement requirement, TlsNeed need, CancellationToken cancellation)
    {
        var permitted = Satisfies(await policies.PlanAsync(hop, host, requirement, need, cancellation), facts);
        _known[(hop.Key, need)] = permitted;
        return permitted;
    }

    /// <summary>True where a session with these facts is what a plan asks for, or more.</summary>
    internal static bool Satisfies(TlsPlan plan, TlsFacts? facts) => plan switch
    {
        { Refusal: not null } => false,
        { Tls: null or { Required: false } } => true,
        { Tls.Options.Verify: TlsVerification.None } => facts is not null,
        // A policy in testing, or one that an operator made a mere wish: what it falls back to is enough.
        { Fallback: { } fallback } when Satisfies(fallback, facts) => true,
        { Tls.Options.Verify: TlsVerification.Pkix } => facts is { Verified: TlsVerification.Pkix },
        _ => facts is { Verified: TlsVerification.Dane },
    };
}
