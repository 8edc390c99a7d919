using Tell.Mta.Configuration;
using Tell.Mta.Security.Dane;
using Tell.Mta.Security.Sts;
using Tell.Smtp.Client;
using Tell.Smtp.Tls;

namespace Tell.Mta.Security;

/// <summary>
/// Decides how a session uses TLS. The order: what the operator switched off is off; DANE where it applies (RFC 7672), which MTA-STS must
/// not override (RFC 8461 2); MTA-STS (RFC 8461); what the destination asks; else opportunistic TLS (RFC 7435). Pure.
/// </summary>
public static class TlsDecision
{
    /// <summary>The plan for one host.</summary>
    public static TlsPlan Of(TlsQuestion question)
    {
        var none = new TlsPlan(question.Host, new TlsPolicy(TlsPolicyType.None, question.Hop.Domain.Name));
        if (question.Requirement == TlsRequirement.Off)
            return none with { Policy = none.Policy with { Domain = "" } };
        if (question.Need == TlsNeed.Delivery)
            return Opportunistic(question, none) with { Told = true };
        var plan = ByDane(question) ?? BySts(question) ?? ByRequirement(question, none);
        return question.Need == TlsNeed.Verified ? Aimed(question, plan) : plan;
    }

    private static TlsPlan? ByDane(TlsQuestion question)
    {
        var (dane, domain) = (question.Dane, question.Hop.Domain.Name);
        var policy = new TlsPolicy(TlsPolicyType.Tlsa, domain) { Strings = [.. dane.Records.Select(TlsaText.Of)] };
        if (dane.Trouble is { } trouble)
            return new TlsPlan(question.Host, policy) { Refusal = new TlsFailure(TlsFailure.DnssecInvalid, trouble) };
        if (!dane.IsMandatory)
            return null;
        var plan = new TlsPlan(question.Host, policy);
        if (dane.Records.IsEmpty)
        {
            // RFC 7672 2.2: records that cannot be used ask for TLS and verify nothing; another policy may ask for more.
            return question.Sts is { Mode: StsMode.Enforce } || question.Requirement == TlsRequirement.Verify
                ? null
                : plan with { Tls = Tls(question, TlsVerification.None) with { Required = true } };
        }
        var options = new TlsClientOptions
        {
            ServerName = dane.BaseDomain,
            Verify = TlsVerification.Dane,
            // RFC 7672 3.2.2: for DANE-TA the certificate has the base domain, the name of the exchanger or the domain of the mail.
            Names = [.. new[] { dane.BaseDomain, question.Host.Name, domain }.Where(name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)],
            Tlsa = dane.Records,
        };
        return plan with { Tls = new ClientTls(question.Provider, options) { Required = true } };
    }

    private static TlsPlan? BySts(TlsQuestion question)
    {
        if (question.Sts is not { Mode: not StsMode.None } sts)
            return null;
        var policy = new TlsPolicy(TlsPolicyType.Sts, question.Hop.Domain.Name) { Strings = sts.Lines(), MxPatterns = sts.MxPatterns };
        var plan = new TlsPlan(question.Host, policy);
        var covered = sts.Covers(question.Host.Name);
        var stranger = new TlsFailure(TlsFailure.General, $"{question.Host.Name} is no mail exchanger by the MTA-STS policy", "mx-mismatch");
        if (sts.Mode == StsMode.Enforce)
            return covered ? Verified(question, plan) : plan with { Refusal = stranger };
        // RFC 8461 5: in testing the mail goes as if there were no policy, and what would have stopped it is reported.
        var usual = ByRequirement(question, plan);
        if (!covered)
            return usual with { Found = stranger };
        return question.Requirement == TlsRequirement.Verify ? usual : Verified(question, plan) with { Fallback = usual };
    }

    private static TlsPlan ByRequirement(TlsQuestion question, TlsPlan plan) => question.Requirement switch
    {
        TlsRequirement.Verify => Verified(question, plan),
        TlsRequirement.Required => plan with { Tls = Tls(question, TlsVerification.None) with { Required = true } },
        _ => Opportunistic(question, plan),
    };

    // RFC 7435: a peer whose TLS does not work gets the mail as one that has none.
    private static TlsPlan Opportunistic(TlsQuestion question, TlsPlan plan) =>
        plan with { Tls = Tls(question, TlsVerification.None), Fallback = plan };

    private static TlsPlan Verified(TlsQuestion question, TlsPlan plan) =>
        plan with { Tls = Tls(question, TlsVerification.Pkix) with { Required = true } };

    // RFC 8689 4.2.1: the host must be known by DNSSEC, by MTA-STS or by the operator, and its certificate verified. Without a fallback: an
    // unverified session would be of no use to the document.
    private static TlsPlan Aimed(TlsQuestion question, TlsPlan plan)
    {
        if (plan.Refusal is not null || plan.Tls is { Required: true, Options.Verify: not TlsVerification.None })
            return plan with { Fallback = null };
        return question.Certain || question.Sts is { Mode: not StsMode.None } sts && sts.Covers(question.Host.Name)
            ? Verified(question, plan) with { Fallback = null }
            : plan;
    }

    private static ClientTls Tls(TlsQuestion question, TlsVerification verify) => new(question.Provider, new TlsClientOptions
    {
        // RFC 6066 3: an address is no name for SNI.
        ServerName = System.Net.IPAddress.TryParse(question.Host.Name, out _) ? "" : question.Host.Name,
        Verify = verify,
        Names = verify == TlsVerification.None ? [] : [question.Host.Name],
        Roots = verify == TlsVerification.None ? null : question.Roots,
    });
}
