using System.Net;
using System.Security.Authentication;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Routing;
using Tell.Mta.Security;
using Tell.Mta.Security.TlsRpt;
using Tell.Mta.Web;
using Tell.Tests.Mta;
using Tell.Tests.Routing.Dns;

namespace Tell.Tests.Security;

/// <summary>How MTA-STS policies come and go (RFC 8461 5.1, 10.2), on the virtual clock.</summary>
public sealed class StsPoliciesTests
{
    private const string Page = "https://mta-sts.one.test/.well-known/mta-sts.txt";

    private static readonly IPEndPoint Dns = IPEndPoint.Parse("192.0.2.53:53");

    private readonly World _world = new();
    private readonly Node _node;
    private string _id = "1";
    private bool _announced = true, _dnsUp = true;

    public StsPoliciesTests()
    {
        _world.Network.Serve(Dns, query => !_dnsUp ? Packet.To(query, code: 2).Octets() : Packet.Question(query) switch
        {
            ("_mta-sts.one.test", 16) when _announced => Packet.To(query).Txt("_mta-sts.one.test", $"v=STSv1; id={_id};").Octets(),
            _ => Packet.To(query, code: 3).Soa("test", 60, 60).Octets(),
        });
        _node = _world.Node("mta.test", settings => settings with { DnsServers = [Dns] });
        Publish("enforce");
    }

    [Fact]
    public void A_policy_is_fetched_once_and_kept_in_NAMES_over_a_restart() => _world.Run(async () =>
    {
        Assert.Equal("must", await PlanAsync("mx.one.test"));
        Assert.Equal("must", await PlanAsync("mx.one.test"));
        Assert.Equal("refused", await PlanAsync("mx.evil.test"));
        await _node.CrashAsync();
        _world.Web.Remove(Page);
        Assert.Equal("must", await PlanAsync("mx.one.test"));
        Assert.Equal([Page], _world.Web.Asked);
        var document = Assert.Single(await Kept(Forms.StsPolicy));
        Assert.Equal(("one.test", "enforce", "*.one.test"), (document["Domain"]!.Text, document["Mode"]!.Text, document["Mx"]!.Text));
    });

    [Fact]
    public void A_policy_that_is_fetched_does_not_make_the_address_book_be_read_again() => _world.Run(async () =>
    {
        var names = await _node.Mta.Context.Data.OpenAsync("names", default);
        var version = names.Version;
        Assert.Equal("must", await PlanAsync("mx.one.test"));
        Assert.Equal(version, names.Version);
    });

    [Fact]
    public void A_policy_holds_until_its_max_age_though_record_and_page_are_kept_from_us() => _world.Run(async () =>
    {
        await PlanAsync("mx.one.test");
        _world.Web.Remove(Page);
        _announced = false;
        await _world.Pass(TimeSpan.FromDays(3));
        Assert.Equal("must", await PlanAsync("mx.one.test"));
        _dnsUp = false;
        await _world.Pass(TimeSpan.FromDays(3));
        Assert.Equal("must", await PlanAsync("mx.one.test"));
        await _world.Pass(TimeSpan.FromDays(1.1));
        Assert.Equal("try", await PlanAsync("mx.one.test"));
    });

    [Fact]
    public void A_new_id_brings_the_new_policy_at_once_and_a_day_brings_it_anyhow() => _world.Run(async () =>
    {
        await PlanAsync("mx.one.test");
        Publish("testing");
        Assert.Equal("must", await PlanAsync("mx.one.test"));
        _id = "2";
        await _world.Pass(TimeSpan.FromMinutes(6));
        Assert.Equal("must or try", await PlanAsync("mx.one.test"));
        Publish("none");
        await _world.Pass(TimeSpan.FromDays(1.1));
        Assert.Equal("try", await PlanAsync("mx.one.test"));
        Assert.Equal(3, _world.Web.Asked.Count);
    });

    [Theory]
    [InlineData("refused", "sts-policy-fetch-error")]
    [InlineData("404", "sts-policy-fetch-error")]
    [InlineData("redirect", "sts-policy-fetch-error")]
    [InlineData("html", "sts-policy-fetch-error")]
    [InlineData("large", "sts-policy-fetch-error")]
    [InlineData("nonsense", "sts-policy-invalid")]
    [InlineData("certificate", "sts-webpki-invalid")]
    [InlineData("silent", "sts-policy-fetch-error")]
    public void A_policy_that_cannot_be_had_is_none_is_reported_and_is_tried_again_after_minutes(string how, string result) => _world.Run(async () =>
    {
        const string Text = "version: STSv1\nmode: enforce\nmx: *.one.test\nmax_age: 604800\n";
        _world.Web.Remove(Page);
        switch (how)
        {
            case "404":
                _world.Web.Put(Page, Text, status: HttpStatusCode.NotFound);
                break;
            case "redirect":
                _world.Web.Put(Page, Text, status: HttpStatusCode.MovedPermanently);
                break;
            case "html":
                _world.Web.Put(Page, Text, "text/html");
                break;
            case "large":
                _world.Web.Put(Page, Text + new string('\n', 65536));
                break;
            case "nonsense":
                _world.Web.Put(Page, "Hello.");
                break;
            case "certificate":
                _world.Web.Put(Page, _ => throw new IOException("the certificate is not trusted", new AuthenticationException()));
                break;
            case "silent":
                _world.Web.Put(Page, async stop =>
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, _world.Time, stop);
                    return null!;
                });
                break;
        }
        var begun = _world.Time.GetUtcNow();
        Assert.Equal("try", await PlanAsync("mx.one.test"));
        Assert.Equal(how == "silent" ? 60 : 0, (_world.Time.GetUtcNow() - begun).TotalSeconds);
        Assert.Equal("try", await PlanAsync("mx.one.test"));
        Assert.Single(_world.Web.Asked);
        var tally = Assert.Single(_node.Mta.Context.TlsPolicies.Reports.Of(new DateOnly(2026, 2, 2), "one.test"));
        Assert.Equal((TlsPolicyType.Sts, result), (tally.Policy.Type, Assert.Single(tally.Details).Key.Result));
        Publish("enforce");
        await _world.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal("must", await PlanAsync("mx.one.test"));
    });

    [Fact]
    public void Whoever_asks_for_a_domain_waits_for_its_policy_and_nobody_for_that_of_another() => _world.Run(async () =>
    {
        var gate = new TaskCompletionSource<WebAnswer>();
        _world.Web.Put(Page, async _ => await gate.Task);
        var waiting = Enumerable.Range(0, 5).Select(_ => PlanAsync("mx.one.test")).ToArray();
        Assert.Equal("try", await PlanAsync("mx.two.test", "two.test"));
        Assert.All(waiting, plan => Assert.False(plan.IsCompleted));
        gate.SetResult(new WebAnswer(HttpStatusCode.OK, "text/plain", "version: STSv1\nmode: enforce\nmx: *.one.test\nmax_age: 60"u8.ToArray()));
        Assert.All(await Task.WhenAll(waiting), plan => Assert.Equal("must", plan));
        Assert.Single(_world.Web.Asked);
    });

    [Fact]
    public void Switched_off_nothing_is_asked() => _world.Run(async () =>
    {
        _node.Mta.Context.Settings = _node.Mta.Context.Settings with { MtaSts = false };
        Assert.Equal("try", await PlanAsync("mx.one.test"));
        Assert.Empty(_world.Web.Asked);
    });

    private void Publish(string mode) => _world.Web.Put(Page, $"version: STSv1\nmode: {mode}\nmx: *.one.test\nmax_age: 604800\n");

    private async Task<string> PlanAsync(string host, string domain = "one.test")
    {
        var plan = await _node.Mta.Context.TlsPolicies.PlanAsync(new NextHop(domain, null, Domain.Parse(domain)), new MailHost(host, IPEndPoint.Parse("192.0.2.7:25")),
            TlsRequirement.Preferred, TlsNeed.Policy, CancellationToken.None);
        return plan.Refusal is not null ? "refused" : plan.Tls is not { Required: true } ? "try" : plan.Fallback is null ? "must" : "must or try";
    }

    private async Task<IReadOnlyList<Document>> Kept(string form) =>
        await (await _node.Mta.Context.Data.OpenAsync("policies", default)).ViewAsync(form, null, 100, default);
}
