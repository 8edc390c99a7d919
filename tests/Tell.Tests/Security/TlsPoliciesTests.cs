using System.Net;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Routing;
using Tell.Mta.Security;
using Tell.Mta.Security.TlsRpt;
using Tell.Mta.Statistics;
using Tell.Smtp.Client;
using Tell.Smtp.Tls;
using Tell.Tests.Mta;
using Tell.Tests.Routing.Dns;

namespace Tell.Tests.Security;

/// <summary>What sessions are told and what is made of what came of them, with DNS and time simulated.</summary>
public sealed class TlsPoliciesTests
{
    private const string Digest = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";

    private static readonly IPEndPoint Dns = IPEndPoint.Parse("192.0.2.53:53");

    private static readonly IPAddress Ours = IPAddress.Parse("192.0.2.1");

    private static readonly TlsFacts Facts = new("TLSv1.3", "TLS_AES_256_GCM_SHA384");

    private readonly World _world = new();
    private readonly Node _node;
    private readonly HashSet<string> _insecure = [];
    private string? _tlsa = $"3 1 1 {Digest}";
    private int _tlsaCode;

    public TlsPoliciesTests()
    {
        _world.Network.Serve(Dns, query =>
        {
            var (name, type) = Packet.Question(query);
            var packet = Packet.To(query, name.StartsWith('_') ? _tlsaCode : 0, authentic: !_insecure.Contains(name));
            return ((name, type) switch
            {
                ("one.test", 15) => packet.Mx("one.test", 10, "mx.one.test", 5),
                ("mx.one.test", 1) => packet.A("mx.one.test", "192.0.2.7", 5),
                ("mx.one.test", 28) => packet.Soa("one.test", 5, 5),
                ("alias.test", 15) => packet.Mx("alias.test", 10, "alias.mx.test", 5),
                ("alias.mx.test", 1) => packet.Cname("alias.mx.test", "mx.one.test", 5).A("mx.one.test", "192.0.2.7", 5),
                ("bare.test", 15) => packet.Soa("bare.test", 5, 5),
                ("bare.test", 1) => packet.A("bare.test", "192.0.2.8", 5),
                ("_25._tcp.mx.one.test" or "_25._tcp.bare.test", 52) when _tlsa is not null && _tlsaCode == 0 => packet.Tlsa(name, _tlsa, 5),
                _ => packet.Soa("test", 5, 5),
            }).Octets();
        });
        _node = _world.Node("mta.test", settings => settings with { DnsServers = [Dns], DnsTrustAd = true, MtaSts = false });
    }

    private TlsPolicies Policies => _node.Mta.Context.TlsPolicies;

    [Fact]
    public void DANE_applies_where_exchanger_addresses_and_records_are_secure() => _world.Run(async () =>
    {
        var plan = await PlanAsync("one.test", "mx.one.test");
        Assert.Equal((TlsPolicyType.Tlsa, TlsVerification.Dane, true, (TlsPlan?)null), (plan.Policy.Type, plan.Tls!.Options.Verify, plan.Tls.Required, plan.Fallback));
        Assert.Equal([$"3 1 1 {Digest}"], plan.Policy.Strings.AsEnumerable());
        // Without MX records the domain itself, found securely, is the host.
        Assert.Equal(TlsPolicyType.Tlsa, (await PlanAsync("bare.test", "bare.test")).Policy.Type);
        // RFC 7672 2.2.3: an alias leads to the name that has the records.
        Assert.Equal("mx.one.test", (await PlanAsync("alias.test", "alias.mx.test")).Tls!.Options.ServerName);
        // A host that DNS does not name for the domain is not certain.
        Assert.Equal(TlsPolicyType.None, (await PlanAsync("one.test", "bare.test")).Policy.Type);
    });

    [Theory]
    [InlineData("one.test")]
    [InlineData("mx.one.test")]
    [InlineData("_25._tcp.mx.one.test")]
    public void One_insecure_answer_and_there_is_no_DANE(string name) => _world.Run(async () =>
    {
        _insecure.Add(name);
        Assert.Equal(TlsPolicyType.None, (await PlanAsync("one.test", "mx.one.test")).Policy.Type);
    });

    [Fact]
    public void Without_trust_in_the_servers_or_with_Dane_off_there_is_no_DANE() => _world.Run(async () =>
    {
        var context = _node.Mta.Context;
        var settings = context.Settings;
        context.Settings = settings with { DnsTrustAd = false };
        Assert.Equal(TlsPolicyType.None, (await PlanAsync("one.test", "mx.one.test")).Policy.Type);
        context.Settings = settings with { Dane = false };
        Assert.Equal(TlsPolicyType.None, (await PlanAsync("one.test", "mx.one.test")).Policy.Type);
    });

    [Fact]
    public void Records_that_cannot_be_had_stop_the_host_and_are_reported_until_they_can() => _world.Run(async () =>
    {
        _tlsaCode = 2;
        var plan = await PlanAsync("one.test", "mx.one.test");
        Assert.Equal("its TLSA records cannot be had: SERVFAIL from 192.0.2.53:53", plan.Refusal!.Text);
        Assert.Equal("dnssec-invalid", Assert.Single(Tally().Details).Key.Result);
        _tlsaCode = 0;
        await _world.Pass(TimeSpan.FromSeconds(6));
        Assert.Null((await PlanAsync("one.test", "mx.one.test")).Refusal);
        _tlsa = null;
        await _world.Pass(TimeSpan.FromSeconds(6));
        Assert.Equal(TlsPolicyType.None, (await PlanAsync("one.test", "mx.one.test")).Policy.Type);
    });

    // RFC 7435, and what an hour of memory saves.
    [Fact]
    public void A_host_whose_TLS_does_not_work_gets_the_mail_in_the_clear_and_is_left_alone_for_an_hour() => _world.Run(async () =>
    {
        _tlsa = null;
        var plan = await PlanAsync("one.test", "mx.one.test");
        var again = Policies.Heard(plan, Ours, null, Fault(TlsFaultKind.Handshake));
        Assert.Null(again!.Tls);
        Assert.Null(Policies.Heard(again, Ours, null, null));
        // One session for the reports, whatever it took.
        Assert.Equal((0, 1), (Tally().Successes, Tally().Failures));
        var later = await PlanAsync("one.test", "mx.one.test");
        Assert.Null(later.Tls);
        Assert.Null(Policies.Heard(later, Ours, null, null));
        Assert.Equal(("validation-failure", 2), (Assert.Single(Tally().Details).Key.Result, Tally().Failures));
        await _world.Pass(TimeSpan.FromHours(1));
        Assert.NotNull((await PlanAsync("one.test", "mx.one.test")).Tls);
    });

    [Theory]
    [InlineData(TlsFaultKind.TlsaInvalid, "tlsa-invalid")]
    [InlineData(TlsFaultKind.NotSupported, "starttls-not-supported")]
    [InlineData(TlsFaultKind.Handshake, "validation-failure")]
    public void Under_DANE_a_failure_has_no_way_around_it(TlsFaultKind kind, string result) => _world.Run(async () =>
    {
        var plan = await PlanAsync("one.test", "mx.one.test");
        for (var i = 0; i < 3; i++)
            Assert.Null(Policies.Heard(plan, Ours, null, Fault(kind)));
        Assert.True((await PlanAsync("one.test", "mx.one.test")).Tls!.Required);
        var (detail, sessions) = Assert.Single(Tally().Details);
        Assert.Equal((new TlsFailureDetail(result, "192.0.2.1", "mx.one.test", "192.0.2.7", ""), 3), (detail, sessions));
    });

    [Fact]
    public void Sessions_are_counted_and_what_is_no_matter_of_TLS_is_not() => _world.Run(async () =>
    {
        await _node.LoadAsync();
        var plan = await PlanAsync("one.test", "mx.one.test");
        Policies.Heard(plan, Ours, Facts with { Verified = TlsVerification.Dane }, null);
        Policies.Heard(plan, Ours, null, Fault(TlsFaultKind.TlsaInvalid));
        Policies.Heard(plan, Ours, null, new SessionFault(SessionPhase.Greeting, "connection closed"));
        _tlsa = null;
        await _world.Pass(TimeSpan.FromSeconds(6));
        var free = await PlanAsync("one.test", "mx.one.test");
        Policies.Heard(free, Ours, Facts, null);
        Policies.Heard(free, Ours, null, null);
        Assert.Equal((2, 1, 1, 1), (_node.Stat(Stat.TlsSessions), _node.Stat(Stat.TlsVerified), _node.Stat(Stat.TlsFailed), _node.Stat(Stat.TlsClear)));
        Assert.Equal([(1, 1, TlsPolicyType.None), (1, 1, TlsPolicyType.Tlsa)], Policies.Reports.Of(Today, "one.test").Select(tally => ((int)tally.Successes, (int)tally.Failures, tally.Policy.Type)));
        await _node.Mta.DisposeAsync();
    });

    [Fact]
    public void Reports_switched_off_nothing_is_kept_for_them() => _world.Run(async () =>
    {
        _node.Mta.Context.Settings = _node.Mta.Context.Settings with { TlsReports = false };
        Policies.Heard(await PlanAsync("one.test", "mx.one.test"), Ours, Facts, null);
        Assert.Empty(Policies.Reports.Of(Today, "one.test"));
    });

    [Fact]
    public void A_session_of_one_domain_is_offered_to_another_only_by_the_policy_of_that() => _world.Run(async () =>
    {
        var host = new MailHost("mx.one.test", IPEndPoint.Parse("192.0.2.7:25"));
        var (mine, theirs) = (Hop("two.test"), Hop("one.test"));
        var session = new SessionTls(Policies, host, Facts);
        session.OpenedFor(mine, TlsNeed.Policy);
        Assert.True(session.Known("two.test", TlsNeed.Policy));
        Assert.Null(session.Known("one.test", TlsNeed.Policy));
        Assert.False(await session.PermitsAsync(theirs, TlsRequirement.Preferred, TlsNeed.Policy, default));
        Assert.False(session.Known("one.test", TlsNeed.Policy));
        Assert.True(await new SessionTls(Policies, host, Facts with { Verified = TlsVerification.Dane }).PermitsAsync(theirs, TlsRequirement.Preferred, TlsNeed.Policy, default));
        // A report on TLS goes over any session.
        Assert.True(await session.PermitsAsync(theirs, TlsRequirement.Preferred, TlsNeed.Delivery, default));
    });

    private static DateOnly Today => new(2026, 2, 2);

    private static NextHop Hop(string domain) => new(domain, null, Domain.Parse(domain));

    private static SessionFault Fault(TlsFaultKind kind) => new(SessionPhase.Handshake, "it failed") { Tls = new TlsFault(kind, "it failed") };

    private ValueTask<TlsPlan> PlanAsync(string domain, string host) =>
        Policies.PlanAsync(Hop(domain), new MailHost(host, IPEndPoint.Parse("192.0.2.7:25")), TlsRequirement.Preferred, TlsNeed.Policy, CancellationToken.None);

    private TlsTally Tally() => Assert.Single(Policies.Reports.Of(Today, "one.test"));
}
