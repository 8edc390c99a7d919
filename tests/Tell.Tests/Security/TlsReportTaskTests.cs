using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Security;
using Tell.Mta.Security.TlsRpt;
using Tell.Mta.Statistics;
using Tell.Tests.Mta;
using Tell.Tests.Routing.Dns;

namespace Tell.Tests.Security;

/// <summary>SMTPMTA tlsrpt through days of virtual time.</summary>
public sealed class TlsReportTaskTests
{
    private static readonly IPEndPoint Dns = IPEndPoint.Parse("192.0.2.53:53");

    private readonly World _world = new();
    private readonly Node _node;
    private readonly Peer _peer;
    private string? _rua = "mailto:tlsrpt@one.test";
    private int _code;

    public TlsReportTaskTests()
    {
        _peer = _world.Peer();
        _world.Network.Serve(Dns, query => Packet.Question(query) switch
        {
            ("_smtp._tls.one.test", 16) when _code == 0 && _rua is not null => Packet.To(query).Txt("_smtp._tls.one.test", $"v=TLSRPTv1; rua={_rua}").Octets(),
            ("_smtp._tls.one.test", 16) => Packet.To(query, _code).Soa("test", 60, 60).Octets(),
            ("one.test", 15) => Packet.To(query).Mx("one.test", 10, "mx.one.test").Octets(),
            ("mx.one.test", 1) => Packet.To(query).A("mx.one.test", _peer.Host.Host).Octets(),
            _ => Packet.To(query).Soa("test", 60, 60).Octets(),
        });
        _node = _world.Node("mta.test", settings => settings with { DnsServers = [Dns], LocalDomains = [Domain.Parse("home.test")] });
    }

    private TlsReportBook Book => _node.Mta.Context.TlsPolicies.Reports;

    [Fact]
    public void After_the_day_the_domain_gets_its_report_by_mail_once() => _world.Run(async () =>
    {
        await _peer.UpAsync();
        await _node.LoadAsync();
        Count(3);
        await _world.Pass(TimeSpan.FromHours(12));
        Assert.Empty(_peer.Mail);
        await _world.Pass(TimeSpan.FromHours(4.1));
        var (envelope, message) = Assert.Single(_peer.Mail);
        Assert.Equal("postmaster@mta.test", envelope.Sender!.ToString());
        Assert.Contains("TLS-Report-Domain: one.test\r\n", message, StringComparison.Ordinal);
        await _world.Pass(TimeSpan.FromDays(2));
        // The session that carried the report is not reported on.
        Assert.Single(_peer.Mail);
        Assert.Equal(1, _node.Stat(Stat.TlsReports));
        Assert.Equal(0, await StoredAsync());
        await _node.Mta.DisposeAsync();
    });

    [Fact]
    public void An_https_address_gets_it_by_POST() => _world.Run(async () =>
    {
        _rua = "https://reports.one.test/v1";
        await _node.LoadAsync();
        Count(3);
        await _world.Pass(TimeSpan.FromHours(16.2));
        var (address, type, content) = Assert.Single(_world.Web.Posted);
        Assert.Equal((_rua, "application/tlsrpt+gzip"), (address, type));
        using var unpacked = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        var report = JsonDocument.Parse(unpacked).RootElement;
        Assert.Equal("2026-02-02T00:00:00Z", report.GetProperty("date-range").GetProperty("start-datetime").GetString());
        Assert.Equal(3, report.GetProperty("policies")[0].GetProperty("summary").GetProperty("total-successful-session-count").GetInt32());
        await _node.Mta.DisposeAsync();
    });

    [Fact]
    public void What_was_counted_outlives_a_crash_but_for_the_last_minutes_and_a_stop_whole() => _world.Run(async () =>
    {
        _rua = "https://reports.one.test/v1";
        await _node.LoadAsync();
        Count(2);
        await _world.Pass(TimeSpan.FromMinutes(5.1));
        Count(4);
        await _node.Operations.QuitAsync(CancellationToken.None);
        await _node.CrashAsync();
        await _node.LoadAsync();
        Count(8);
        Assert.Equal(14, Assert.Single(Book.Of(Today, "one.test")).Successes);
        await _node.Mta.DisposeAsync();
    });

    [Fact]
    public void A_report_that_cannot_be_sent_is_tried_five_times_and_then_dropped() => _world.Run(async () =>
    {
        _rua = "https://reports.one.test/v1";
        _world.Web.PostStatus = HttpStatusCode.ServiceUnavailable;
        await _node.LoadAsync();
        Count(3);
        await _world.Pass(TimeSpan.FromDays(2));
        Assert.Equal(5, _world.Web.Posted.Count);
        Assert.Equal(0, await StoredAsync());
        await _node.Mta.DisposeAsync();
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_domain_that_does_not_ask_gets_none_and_one_that_cannot_be_asked_waits(bool fails) => _world.Run(async () =>
    {
        (_rua, _code) = (null, fails ? 2 : 0);
        await _node.LoadAsync();
        Count(3);
        await _world.Pass(TimeSpan.FromHours(16.2));
        Assert.Equal(fails ? 1 : 0, await StoredAsync());
        (_rua, _code) = ("https://reports.one.test/v1", 0);
        await _world.Pass(TimeSpan.FromHours(2));
        Assert.Equal(fails ? 1 : 0, _world.Web.Posted.Count);
        await _node.Mta.DisposeAsync();
    });

    [Fact]
    public void Switched_off_nothing_is_sent() => _world.Run(async () =>
    {
        await _node.LoadAsync();
        Count(3);
        _node.Source.Settings = _node.Source.Settings with { TlsReports = false };
        await _node.Operations.RefreshAsync(CancellationToken.None);
        await _world.Pass(TimeSpan.FromDays(2));
        Assert.Empty(_node.In(WorkQueue.Outbound));
        Assert.Equal(0, _node.Stat(Stat.TlsReports));
        await _node.Mta.DisposeAsync();
    });

    // Nobody is told, and nothing is left lying.
    [Fact]
    public void A_report_that_is_refused_is_gone() => _world.Run(async () =>
    {
        _peer.OnRecipient = _ => Tell.Smtp.Reply.Of(550, "5.1.1", "No such user");
        await _peer.UpAsync();
        await _node.LoadAsync();
        Count(3);
        await _world.Pass(TimeSpan.FromHours(17));
        Assert.Equal(1, _node.Stat(Stat.TlsReports));
        Assert.Empty(_node.In(WorkQueue.Outbound));
        Assert.Equal((0, 0), (_node.Stat(Stat.Reports), _node.Stat(Stat.Dead)));
        await _node.Mta.DisposeAsync();
    });

    private static DateOnly Today => new(2026, 2, 2);

    private void Count(int sessions)
    {
        for (var i = 0; i < sessions; i++)
            Book.Add(Today, new TlsPolicy(TlsPolicyType.None, "one.test"), null, "mx.one.test", null, null);
    }

    private async Task<long> StoredAsync() => await (await _node.Mta.Context.Data.OpenAsync("tlsrpt", default)).CountAsync(null, default);
}
