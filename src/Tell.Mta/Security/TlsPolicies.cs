using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Tell.Mta.Configuration;
using Tell.Mta.Routing;
using Tell.Mta.Routing.Dns;
using Tell.Mta.Security.Dane;
using Tell.Mta.Security.Sts;
using Tell.Mta.Security.TlsRpt;
using Tell.Mta.Statistics;
using Tell.Smtp.Client;
using Tell.Smtp.Tls;

namespace Tell.Mta.Security;

/// <summary>
/// How outbound sessions use TLS: by DANE (RFC 7672), MTA-STS (RFC 8461) and what the destination asks. A session asks for its plan before
/// it connects and tells what came of it after its greeting. Safe for concurrent use.
/// </summary>
public sealed class TlsPolicies : IAsyncDisposable
{
    private readonly MtaContext _context;
    private readonly StsPolicies _sts;
    private readonly TrustedRoots _roots;
    private readonly HandshakeMemory _memory;

    internal TlsPolicies(MtaContext context)
    {
        _context = context;
        _roots = new TrustedRoots(context.Loggers.CreateLogger("SMTPMTA tls"));
        _memory = new HandshakeMemory(context.Time);
        _sts = new StsPolicies(context, (domain, failure) => Tell(new TlsPolicy(TlsPolicyType.Sts, domain), failure, "", null, null));
    }

    /// <summary>What is known for the reports to other domains.</summary>
    public TlsReportBook Reports { get; } = new();

    /// <summary>The roots that certificates are trusted by; null for those of the system.</summary>
    public X509Certificate2Collection? Roots => _roots.Of(_context.Settings);

    /// <summary>How a session with one host of a next hop is to use TLS, or why there must be none.</summary>
    /// <exception cref="Documents.StoreException">Policies cannot be read.</exception>
    public async ValueTask<TlsPlan> PlanAsync(NextHop hop, MailHost host, TlsRequirement requirement, TlsNeed need, CancellationToken cancellation)
    {
        var settings = _context.Settings;
        var asked = requirement != TlsRequirement.Off && need != TlsNeed.Delivery;
        var certain = asked && (hop.IsFixed || await IsSecureAsync(hop.Domain.Name, host, cancellation));
        var dane = certain && settings.Dane ? await DaneLookup.FindAsync(_context.Resolver, host, cancellation) : DaneFinding.None;
        // RFC 8461 2: where DANE decides, MTA-STS has no say; and it is for domains, not for hosts that the operator chose.
        var sts = asked && settings.MtaSts && !hop.IsFixed && dane.Trouble is null && dane.Records.IsEmpty
            ? await _sts.FindAsync(hop.Domain.Name, cancellation)
            : null;
        var plan = TlsDecision.Of(new TlsQuestion
        {
            Hop = hop,
            Host = host,
            Certain = certain,
            Requirement = requirement,
            Need = need,
            Dane = dane,
            Sts = sts,
            Provider = _context.Tls,
            Roots = _roots.Of(settings),
        });
        if (plan.Refusal is not null)
            Tell(plan.Policy, plan.Refusal, host.Name, host.Address, null);
        while (plan is { Tls: { } tls, Fallback: { } fallback } && _memory.Find(host.Endpoint, tls.Options.Verify) is { } earlier)
            plan = fallback with { Earlier = earlier, Told = plan.Told };
        return plan;
    }

    /// <summary>
    /// Takes what came of a session by a plan, for statistics and reports. Not null: the handshake failed, and the same host is to be tried
    /// again by this plan over a new connection.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="ours">The address of ours that the connection came from; null where there was none.</param>
    /// <param name="facts">What the session agreed on; null for one in the clear.</param>
    /// <param name="fault">Why the session could not be opened; null where it was.</param>
    public TlsPlan? Heard(TlsPlan plan, IPAddress? ours, TlsFacts? facts, SessionFault? fault)
    {
        // A fault without one of TLS says nothing about TLS.
        if (fault is { Tls: null })
            return null;
        Count(facts, fault);
        var failure = fault?.Tls is { } broken ? TlsFailure.Of(broken)
            : plan.Tls is null ? plan.Earlier
            : facts is null ? new TlsFailure(TlsFailure.NotSupported, "no STARTTLS was offered")
            : plan.Earlier ?? plan.Found;
        if (!plan.Told && (plan.Tls is not null || plan.Earlier is not null))
            Tell(plan.Policy, failure, plan.Host.Name, plan.Host.Address, ours);
        if (fault is null || plan is not { Tls: { } tls, Fallback: { } fallback })
            return null;
        _memory.Remember(plan.Host.Endpoint, tls.Options.Verify, failure!);
        return fallback with { Earlier = failure, Told = true };
    }

    /// <summary>Gives up what is being fetched.</summary>
    public ValueTask DisposeAsync() => _sts.DisposeAsync();

    // RFC 7672 2.2.1: a secure answer of mail exchangers that has this host; without any, a secure answer that there are none, and the domain itself.
    private async ValueTask<bool> IsSecureAsync(string domain, MailHost host, CancellationToken cancellation)
    {
        // Asked for a moment ago, to find the host: it comes from the cache.
        var exchangers = await _context.Resolver.MailExchangersAsync(domain, cancellation);
        return exchangers.Secure && exchangers.Status switch
        {
            DnsStatus.Found => exchangers.Records.Any(record => record.Host.Equals(host.Name, StringComparison.OrdinalIgnoreCase)),
            DnsStatus.NoData => domain.Equals(host.Name, StringComparison.OrdinalIgnoreCase),
            _ => false,
        };
    }

    private void Count(TlsFacts? facts, SessionFault? fault)
    {
        _context.Gauges.Add(fault is not null ? Stat.TlsFailed : facts is null ? Stat.TlsClear : Stat.TlsSessions);
        if (fault is null && facts is { Verified: not TlsVerification.None })
            _context.Gauges.Add(Stat.TlsVerified);
    }

    private void Tell(TlsPolicy policy, TlsFailure? failure, string mx, IPAddress? theirs, IPAddress? ours)
    {
        if (_context.Settings.TlsReports && policy.Domain.Length > 0)
            Reports.Add(DateOnly.FromDateTime(_context.Now.UtcDateTime), policy, failure, mx, theirs, ours);
    }
}
