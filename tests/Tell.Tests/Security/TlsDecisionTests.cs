using System.Collections.Immutable;
using System.Net;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Routing;
using Tell.Mta.Security;
using Tell.Mta.Security.Dane;
using Tell.Mta.Security.Sts;
using Tell.Smtp.Tls;
using Tell.Tests.Simulation;

namespace Tell.Tests.Security;

public sealed class TlsDecisionTests
{
    private static readonly TlsaRecord Usable = new(3, 1, 1, new byte[32]), Unusable = new(0, 0, 1, new byte[32]);

    // requirement, need, DANE, MTA-STS -> the plan, its fallbacks behind "|".
    [Theory]
    [InlineData("Preferred", "Policy", "-", "-", "None try None | None clear")]
    [InlineData("Required", "Policy", "-", "-", "None must None")]
    [InlineData("Verify", "Policy", "-", "-", "None must Pkix")]
    [InlineData("Off", "Policy", "-", "-", "None clear")]
    [InlineData("Off", "Policy", "usable", "enforce", "None clear")]
    [InlineData("Off", "Verified", "usable", "enforce", "None clear")]
    [InlineData("Preferred", "Policy", "usable", "-", "Tlsa must Dane")]
    [InlineData("Required", "Policy", "usable", "-", "Tlsa must Dane")]
    [InlineData("Verify", "Policy", "usable", "-", "Tlsa must Dane")]
    [InlineData("Preferred", "Policy", "usable", "enforce", "Tlsa must Dane")]
    [InlineData("Preferred", "Policy", "usable", "enforce other", "Tlsa must Dane")]
    [InlineData("Preferred", "Policy", "unusable", "-", "Tlsa must None")]
    [InlineData("Verify", "Policy", "unusable", "-", "None must Pkix")]
    [InlineData("Preferred", "Policy", "unusable", "enforce", "Sts must Pkix")]
    [InlineData("Preferred", "Policy", "unusable", "testing", "Tlsa must None")]
    [InlineData("Preferred", "Policy", "failed", "-", "Tlsa refused dnssec-invalid")]
    [InlineData("Preferred", "Policy", "failed", "enforce", "Tlsa refused dnssec-invalid")]
    [InlineData("Preferred", "Policy", "-", "enforce", "Sts must Pkix")]
    [InlineData("Required", "Policy", "-", "enforce", "Sts must Pkix")]
    [InlineData("Preferred", "Policy", "-", "enforce other", "Sts refused validation-failure")]
    [InlineData("Preferred", "Policy", "-", "none", "None try None | None clear")]
    [InlineData("Preferred", "Policy", "-", "testing", "Sts must Pkix | Sts try None | Sts clear")]
    [InlineData("Required", "Policy", "-", "testing", "Sts must Pkix | Sts must None")]
    [InlineData("Verify", "Policy", "-", "testing", "Sts must Pkix")]
    [InlineData("Preferred", "Policy", "-", "testing other", "Sts try None found validation-failure | Sts clear")]
    [InlineData("Preferred", "Verified", "-", "-", "None try None | None clear")]
    [InlineData("Preferred", "Verified certain", "-", "-", "None must Pkix")]
    [InlineData("Required", "Verified certain", "unusable", "-", "Tlsa must Pkix")]
    [InlineData("Preferred", "Verified certain", "usable", "-", "Tlsa must Dane")]
    [InlineData("Preferred", "Verified", "-", "testing", "Sts must Pkix")]
    [InlineData("Preferred", "Verified", "-", "enforce other", "Sts refused validation-failure")]
    [InlineData("Preferred", "Delivery", "usable", "enforce", "None try None | None clear")]
    [InlineData("Required", "Delivery", "failed", "enforce other", "None try None | None clear")]
    public void What_is_known_decides(string requirement, string need, string dane, string sts, string plan)
    {
        var of = TlsDecision.Of(Question(dane, sts) with
        {
            Requirement = Enum.Parse<TlsRequirement>(requirement),
            Need = Enum.Parse<TlsNeed>(need.Split(' ')[0]),
            Certain = need.EndsWith("certain", StringComparison.Ordinal),
        });
        Assert.Equal(plan, Words(of));
    }

    [Fact]
    public void DANE_asks_for_the_name_that_has_the_records_and_takes_the_names_of_RFC_7672()
    {
        var plan = TlsDecision.Of(Question("usable", "-") with { Dane = DaneFinding.Of("real.mx.test", [Usable, Unusable]) });
        Assert.Equal("real.mx.test", plan.Tls!.Options.ServerName);
        Assert.Equal(["real.mx.test", "mx.one.test", "one.test"], plan.Tls.Options.Names.AsEnumerable());
        Assert.Equal([Usable], plan.Tls.Options.Tlsa.AsEnumerable());
    }

    [Fact]
    public void An_address_is_no_name_for_SNI()
    {
        var plan = TlsDecision.Of(Question("-", "-") with { Host = new MailHost("192.0.2.7", IPEndPoint.Parse("192.0.2.7:25")), Requirement = TlsRequirement.Verify });
        Assert.Equal(("", "192.0.2.7"), (plan.Tls!.Options.ServerName, Assert.Single(plan.Tls.Options.Names)));
    }

    [Fact]
    public void Nobody_is_told_about_a_host_of_the_operators_own_choosing() =>
        Assert.Equal("", TlsDecision.Of(Question("-", "-") with { Hop = new NextHop("relay.test:25", new HostPort("relay.test", 25), default) }).Policy.Domain);

    [Theory]
    [InlineData(3, 1, 1, 32, true)]
    [InlineData(2, 0, 2, 64, true)]
    [InlineData(3, 0, 0, 900, true)]
    [InlineData(0, 1, 1, 32, false)]
    [InlineData(1, 1, 1, 32, false)]
    [InlineData(4, 1, 1, 32, false)]
    [InlineData(3, 2, 1, 32, false)]
    [InlineData(3, 1, 3, 32, false)]
    [InlineData(3, 1, 1, 31, false)]
    [InlineData(3, 1, 2, 32, false)]
    [InlineData(3, 1, 0, 0, false)]
    public void Records_that_cannot_be_used_are_told_from_those_that_can(byte usage, byte selector, byte matching, int length, bool usable) =>
        Assert.Equal(usable ? 1 : 0, DaneFinding.Of("a.test", [new TlsaRecord(usage, selector, matching, new byte[length])]).Records.Length);

    // A session that was opened for one domain may carry mail for another: what it has must be what the other's plan asks for.
    [Theory]
    [InlineData("Preferred", "-", "-", "clear", true)]
    [InlineData("Required", "-", "-", "clear", false)]
    [InlineData("Required", "-", "-", "None", true)]
    [InlineData("Verify", "-", "-", "None", false)]
    [InlineData("Verify", "-", "-", "Pkix", true)]
    [InlineData("Preferred", "usable", "-", "Pkix", false)]
    [InlineData("Preferred", "usable", "-", "Dane", true)]
    [InlineData("Preferred", "failed", "-", "Dane", false)]
    [InlineData("Preferred", "-", "enforce", "clear", false)]
    [InlineData("Preferred", "-", "enforce", "None", false)]
    [InlineData("Preferred", "-", "enforce", "Pkix", true)]
    [InlineData("Preferred", "-", "enforce other", "Pkix", false)]
    [InlineData("Preferred", "-", "testing", "clear", true)]
    [InlineData("Required", "-", "testing", "clear", false)]
    [InlineData("Required", "-", "testing", "None", true)]
    public void A_session_carries_mail_of_a_domain_only_where_it_is_all_that_its_policy_asks(string requirement, string dane, string sts, string session, bool permitted)
    {
        var plan = TlsDecision.Of(Question(dane, sts) with { Requirement = Enum.Parse<TlsRequirement>(requirement) });
        var facts = session == "clear" ? null : new TlsFacts("TLSv1.3", "TLS_AES_256_GCM_SHA384") { Verified = Enum.Parse<TlsVerification>(session) };
        Assert.Equal(permitted, SessionTls.Satisfies(plan, facts));
    }

    private static TlsQuestion Question(string dane, string sts) => new()
    {
        Hop = new NextHop("one.test", null, Domain.Parse("one.test")),
        Host = new MailHost("mx.one.test", IPEndPoint.Parse("192.0.2.7:25")),
        Provider = new SimulatedTls(),
        Dane = dane switch
        {
            "usable" => DaneFinding.Of("mx.one.test", [Usable]),
            "unusable" => DaneFinding.Of("mx.one.test", [Unusable]),
            "failed" => DaneFinding.Failed("SERVFAIL"),
            _ => DaneFinding.None,
        },
        Sts = sts == "-" ? null : new StsPolicy(Enum.Parse<StsMode>(sts.Split(' ')[0], ignoreCase: true),
            [sts.EndsWith("other", StringComparison.Ordinal) ? "mx.two.test" : "*.one.test"], TimeSpan.FromDays(1)),
    };

    private static string Words(TlsPlan plan)
    {
        var how = plan switch
        {
            { Refusal: { } refusal } => $"refused {refusal.Result}",
            { Tls: null } => "clear",
            { Tls: var tls } => $"{(tls.Required ? "must" : "try")} {tls.Options.Verify}",
        };
        var found = plan.Found is null ? "" : $" found {plan.Found.Result}";
        return $"{plan.Policy.Type} {how}{found}" + (plan.Fallback is null ? "" : $" | {Words(plan.Fallback with { Found = null })}");
    }
}
