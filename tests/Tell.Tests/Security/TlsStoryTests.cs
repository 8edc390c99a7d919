using System.Net;
using Tell.Documents;
using Tell.Mta.Configuration;
using Tell.Mail;
using Tell.Mta.Security;
using Tell.Mta.Statistics;
using Tell.Smtp.Tls;
using Tell.Tests.Mta;
using Tell.Tests.Routing.Dns;
using Tell.Tests.Simulation;

namespace Tell.Tests.Security;

/// <summary>Mail under TLS policies from end to end: a whole MTA, a peer, DNS and the web, on the virtual clock.</summary>
public sealed class TlsStoryTests
{
    private const string Page = "https://mta-sts.one.test/.well-known/mta-sts.txt";

    private static readonly IPEndPoint Dns = IPEndPoint.Parse("192.0.2.53:53");

    private readonly World _world = new();
    private readonly Node _node;
    private readonly Peer _peer;
    private TlsaRecord? _tlsa;
    private bool _sts;
    private bool _secure = true;
    private string _address;

    public TlsStoryTests()
    {
        _peer = _world.Peer();
        _peer.Tls = _world.Tls.Server;
        _address = _peer.Host.Host;
        _world.Tls.Certificate("mx.one.test");
        _world.Network.Serve(Dns, query =>
        {
            var (name, type) = Packet.Question(query);
            var packet = Packet.To(query, authentic: _secure);
            return ((name, type) switch
            {
                ("one.test" or "two.test", 15) => packet.Mx(name, 10, "mx.one.test", 60),
                ("mx.one.test", 1) => packet.A("mx.one.test", _address, 60),
                ("_25._tcp.mx.one.test", 52) when _tlsa is { } record => packet.Tlsa(name, $"{record.Usage} {record.Selector} {record.Matching} {Convert.ToHexString(record.Data.Span)}", 60),
                ("_mta-sts.one.test", 16) when _sts => packet.Txt(name, "v=STSv1; id=1"),
                _ => packet.Soa("test", 60, 60),
            }).Octets();
        });
        _node = _world.Node("mta.test", settings => settings with { DnsServers = [Dns], DnsTrustAd = true, LocalDomains = [Domain.Parse("home.test")], TlsCertificate = ["simulated"], RelayFailures = RelayFailures.Dead, RelayClients = [IPNetwork.Parse("192.0.2.200/32")] });
    }

    [Fact]
    public void Mail_goes_over_TLS_where_it_is_offered() => Tell(async () =>
    {
        await ArrivesAsync("ESMTPS");
        Assert.Equal((1, 0), (_node.Stat(Stat.TlsSessions), _node.Stat(Stat.TlsVerified)));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_a_policy_a_peer_without_TLS_or_with_broken_TLS_gets_it_in_the_clear(bool broken) => Tell(async () =>
    {
        if (broken)
            _world.Tls.Break("mx.one.test");
        else
            _peer.Tls = null;
        await ArrivesAsync("ESMTP");
        await _world.Pass(TimeSpan.FromMinutes(1));
        await ArrivesAsync("ESMTP");
        // Broken TLS costs one handshake and not one each session.
        Assert.Equal(broken ? 1 : 0, _world.Tls.Handshakes);
    });

    [Fact]
    public void DANE_that_does_not_match_delays_the_mail_until_the_record_is_put_right() => Tell(async () =>
    {
        _tlsa = new SimulatedCertificate { Names = [], Key = "another" }.Tlsa;
        await WaitsAsync("TLSA");
        _tlsa = _world.Tls.Certificate("mx.one.test").Tlsa;
        await _world.Until(() => _peer.Mail.Count == 1, "it is there");
        Assert.Equal("ESMTPS", Assert.Single(_peer.Ways));
        Assert.Equal(1, _node.Stat(Stat.TlsVerified));
        var tallies = _node.Mta.Context.TlsPolicies.Reports.Of(new DateOnly(2026, 2, 2), "one.test");
        Assert.Contains(tallies, tally => tally.Details.Any(detail => detail.Key.Result == "tlsa-invalid"));
        Assert.Contains(tallies, tally => tally.Successes == 1);
    });

    [Theory]
    [InlineData("dane")]
    [InlineData("enforce")]
    public void Under_a_policy_STARTTLS_taken_out_on_the_way_never_sends_anything_in_the_clear(string policy) => Tell(async () =>
    {
        if (policy == "dane")
            _tlsa = _world.Tls.Certificate("mx.one.test").Tlsa;
        else
            Publish("enforce");
        _peer.Tls = null;
        await WaitsAsync("STARTTLS");
        await _world.Pass(TimeSpan.FromHours(12));
        Assert.Empty(_peer.Mail);
        _peer.Tls = _world.Tls.Server;
        await _world.Until(() => _peer.Mail.Count == 1, "it is there", TimeSpan.FromHours(5));
        Assert.Equal("ESMTPS", Assert.Single(_peer.Ways));
    });

    [Theory]
    [InlineData("enforce", false)]
    [InlineData("testing", true)]
    [InlineData("none", true)]
    public void A_certificate_that_nobody_trusts_stops_mail_under_enforce_only(string mode, bool arrives) => Tell(async () =>
    {
        _world.Tls.Certificate("mx.one.test", trusted: false);
        Publish(mode);
        if (!arrives)
        {
            await WaitsAsync("not trusted");
            return;
        }
        await ArrivesAsync("ESMTPS");
        var tally = Assert.Single(_node.Mta.Context.TlsPolicies.Reports.Of(new DateOnly(2026, 2, 2), "one.test"));
        if (mode == "testing")
            Assert.Equal((TlsPolicyType.Sts, "certificate-not-trusted"), (tally.Policy.Type, Assert.Single(tally.Details).Key.Result));
        else
            Assert.Equal((TlsPolicyType.None, 1), (tally.Policy.Type, tally.Successes));
    });

    [Fact]
    public void An_exchanger_that_an_enforced_policy_does_not_list_gets_nothing() => Tell(async () =>
    {
        Publish("enforce", "*.elsewhere.test");
        await WaitsAsync("no mail exchanger by the MTA-STS policy");
        Assert.Equal(0, _world.Tls.Handshakes);
    });

    // Both have the same exchanger, and so share its sessions; the policy is that of one of them.
    [Fact]
    public void Domains_that_share_an_exchanger_do_not_share_a_policy() => Tell(async () =>
    {
        _world.Tls.Certificate("mx.one.test", trusted: false);
        Publish("enforce");
        for (var i = 0; i < 5; i++)
        {
            await _node.SendAsync("ada@home.test", $"a{i}@one.test");
            await _node.SendAsync("ada@home.test", $"b{i}@two.test");
        }
        await _world.Until(() => _peer.Mail.Count == 5, "that of the other is there");
        await _world.Pass(TimeSpan.FromMinutes(20));
        Assert.All(_peer.Mail, mail => Assert.Equal("two.test", mail.Envelope.Recipients[0].Address.Domain.Name));
        _world.Tls.Certificate("mx.one.test");
        await _world.Until(() => _peer.Mail.Count == 10, "and the rest when the certificate is good", TimeSpan.FromHours(3));
    });

    [Fact]
    public void A_report_on_TLS_goes_through_in_spite_of_the_trouble_that_it_reports() => Tell(async () =>
    {
        _tlsa = new SimulatedCertificate { Names = [], Key = "another" }.Tlsa;
        var document = new Document { Id = _node.Mta.Context.Queues.NewId(), Form = Forms.TlsReport, Queue = WorkQueue.Outbound, Destination = "one.test" };
        await using var content = _node.Mta.Context.Queues.NewContent();
        await content.WriteAsync("Subject: Report\r\n\r\n"u8.ToArray(), default);
        await _node.Mta.Context.Queues.PutAsync([document with
        {
            Content = await content.CompleteAsync(default),
            Envelope = new Envelope { Sender = Mailbox.Parse("postmaster@mta.test"), Recipients = [new Recipient(Mailbox.Parse("tlsrpt@one.test"))] },
        }], [], default);
        await _world.Until(() => _peer.Mail.Count == 1, "the report is there");
        await WaitsAsync("TLSA");
    });

    // REQUIRETLS (RFC 8689 4.2.1): with nothing that makes the host certain, with DNSSEC, with a policy, and where the host cannot pass the wish on.
    [Theory]
    [InlineData("insecure", true, true, "5.7.30")]
    [InlineData("secure", true, true, null)]
    [InlineData("testing", true, true, null)]
    [InlineData("enforce", true, true, null)]
    [InlineData("testing", true, false, "5.7.30")]
    public void A_message_that_requires_TLS_goes_over_a_verified_session_to_a_host_that_passes_it_on_or_not_at_all(
        string mode, bool trusted, bool passesOn, string? report) => Tell(async () =>
    {
        _world.Tls.Certificate("mx.one.test", trusted);
        var plain = new RawPeer(_world, "192.0.2.90") { TlsName = "mx.one.test" };
        if (!passesOn)
        {
            await plain.UpAsync();
            _address = plain.Host.Host;
        }
        _secure = mode == "secure";
        if (mode is "testing" or "enforce")
            Publish(mode);
        await RequireTlsAsync("bob@one.test");
        if (report is null)
        {
            await _world.Until(() => _peer.Mail.Count == 1, "it is there", TimeSpan.FromMinutes(1));
            Assert.True(_peer.Mail[0].Envelope.RequireTls);
            Assert.Equal(1, _node.Stat(Stat.TlsVerified));
            return;
        }
        await _world.Until(() => _node.In(WorkQueue.Outbound) is [{ State: DocumentState.Dead }], "it is given up", TimeSpan.FromMinutes(1));
        Assert.Contains(report, _node.In(WorkQueue.Outbound)[0].Reason, StringComparison.Ordinal);
        Assert.Empty(_peer.Mail);
        Assert.Equal(0, plain.Messages);
    });

    [Fact]
    public void A_message_that_requires_TLS_waits_for_a_good_certificate_and_holds_up_no_other() => Tell(async () =>
    {
        _world.Tls.Certificate("mx.one.test", trusted: false);
        Publish("testing");
        await RequireTlsAsync("bob@one.test");
        await _world.Until(() => _node.In(WorkQueue.Outbound) is [{ AttemptCount: 1 }], "it was tried");
        await ArrivesAsync("ESMTPS");
        Assert.Equal(0, _node.Stat("MTA.Destinations.Down"));
        _world.Tls.Certificate("mx.one.test");
        await _world.Until(() => _peer.Mail.Count == 2, "it is there when the certificate is good");
        Assert.Equal([false, true], _peer.Mail.Select(mail => mail.Envelope.RequireTls));
    });

    private void Tell(Func<Task> story) => _world.Run(async () =>
    {
        await _peer.UpAsync();
        await _node.LoadAsync();
        await story();
        await _node.Mta.DisposeAsync();
    });

    // Handed over by a client in TLS, as RFC 8689 4.1 wants it.
    private async Task RequireTlsAsync(string to)
    {
        await using var client = await RawClient.HelloAsync(_world, _node);
        Assert.StartsWith("220", await client.SayAsync("STARTTLS"));
        await client.SayAsync("simulated TLS, asking for mta.test");
        Assert.Contains("REQUIRETLS", await client.SayAsync("EHLO client.test"));
        Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<ada@home.test> REQUIRETLS", $"RCPT TO:<{to}>"));
        Assert.StartsWith("250", await client.DataAsync("Subject: secret\r\n\r\nHello."));
    }

    private void Publish(string mode, string mx = "mx.one.test")
    {
        _sts = true;
        _world.Web.Put(Page, $"version: STSv1\nmode: {mode}\nmx: {mx}\nmax_age: 604800\n");
    }

    private async Task ArrivesAsync(string way)
    {
        var before = _peer.Mail.Count;
        await _node.SendAsync("ada@home.test", "a@one.test");
        await _world.Until(() => _peer.Mail.Count == before + 1, "it is there", TimeSpan.FromMinutes(1));
        Assert.Equal(way, _peer.Ways[^1]);
    }

    private async Task WaitsAsync(string why)
    {
        var before = _peer.Mail.Count;
        await _node.SendAsync("ada@home.test", "a@one.test");
        await _world.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(before, _peer.Mail.Count);
        var waiting = Assert.Single(_node.In(WorkQueue.Outbound));
        Assert.Contains(why, (_node.Get(waiting.Id) ?? waiting).Attempts[^1].Text, StringComparison.Ordinal);
    }
}
