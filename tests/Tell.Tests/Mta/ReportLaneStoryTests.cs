using System.Net;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Outbound;
using Tell.Mta.Routing;

namespace Tell.Tests.Mta;

/// <summary>
/// Reports travel beside mail. Seed 001: notificationchannel routes notifications through their own process channel, which sends them out over a
/// channel of small capacity, so that spam backscatter cannot choke mail.
/// </summary>
public sealed class ReportLaneStoryTests : SiteStory
{
    private const int Mails = 1000, Dead = 60, Mute = 60, Slow = 20;

    // The last run shows that the flood is one: as mail it holds up everybody.
    [Fact]
    public void A_flood_of_reports_to_dead_mute_and_slow_hosts_does_not_hold_up_mail()
    {
        var alone = new ReportLaneStoryTests().Flooded(null);
        var beside = new ReportLaneStoryTests().Flooded(ReportLane.Prefix);
        var among = new ReportLaneStoryTests().Flooded("");
        Assert.InRange(beside.Took, TimeSpan.Zero, 1.2 * alone.Took);
        Assert.InRange(among.Took, 2 * alone.Took, TimeSpan.MaxValue);
        Assert.InRange(beside.MailSessions, alone.MailSessions, 10);
        Assert.InRange(beside.SlowSessions, 1, 4);
        Assert.InRange(beside.SlowSite, 1, 2);
    }

    private (TimeSpan Took, int MailSessions, int SlowSessions, int SlowSite) Flooded(string? prefix)
    {
        var (mail, slow) = (_world.Peer(), Enumerable.Range(0, Slow).Select(_ => _world.Peer()).ToArray());
        var (open, most, slowOpen, slowMost, siteMost) = (0, 0, 0, 0, 0);
        mail.OnSession = change => most = Math.Max(most, open += change);
        _world.Network.To(mail.Endpoint).Latency = TimeSpan.FromMilliseconds(50);
        foreach (var peer in slow)
        {
            var here = 0;
            peer.OnSession = change => (slowMost, siteMost) = (Math.Max(slowMost, slowOpen += change), Math.Max(siteMost, here += change));
            _world.Network.To(peer.Endpoint).Latency = TimeSpan.FromSeconds(4);
        }
        (_exchanger["mail.test"], _address["mx.mail.test"]) = ("mx.mail.test", mail.Host.Host);
        for (var i = 0; i < Dead; i++)
        {
            (_exchanger[$"dead{i}.test"], _address[$"mx.dead{i}.test"]) = ($"mx.dead{i}.test", $"198.51.100.{i + 1}");
            _world.Network.To(IPAddress.Parse($"198.51.100.{i + 1}")).Silent = true;
        }
        for (var i = 0; i < Slow; i++)
            (_exchanger[$"slow{i}.test"], _address[$"mx.slow{i}.test"]) = ($"mx.slow{i}.test", slow[i].Host.Host);
        var node = Node(change: settings => settings with { MaxOutboundSessions = 10, MaxReportSessions = 4 });
        var took = TimeSpan.Zero;
        _world.Run(async () =>
        {
            await mail.UpAsync();
            foreach (var peer in slow)
                await peer.UpAsync();
            string[] lanes = prefix is null ? [] : [.. Names("dead", Dead), .. Names("silent", Mute), .. Names("slow", Slow)];
            foreach (var lane in lanes)
            {
                for (var i = 0; i < 10; i++)
                    await PutAsync(node, prefix + lane);
            }
            await node.LoadAsync();
            await _world.Pass(TimeSpan.FromSeconds(2));
            var begun = _world.Time.GetUtcNow();
            for (var i = 0; i < Mails; i++)
                await PutAsync(node, "mail.test");
            while (mail.Mail.Count < Mails)
                await _world.Pass(TimeSpan.FromMilliseconds(50));
            took = _world.Time.GetUtcNow() - begun;
            // The reports have their turn too.
            await _world.Pass(TimeSpan.FromMinutes(20));
            await node.Mta.DisposeAsync();
        });
        return (took, most, slowMost, siteMost);
    }

    [Fact]
    public void Look_ups_for_reports_do_not_stand_before_those_for_mail()
    {
        var peer = _world.Peer();
        (_exchanger["mail.test"], _address["mx.mail.test"]) = ("mx.mail.test", peer.Host.Host);
        var node = Node();
        _world.Run(async () =>
        {
            await peer.UpAsync();
            for (var i = 0; i < 500; i++)
                await PutAsync(node, $"report:silent{i}.test");
            await node.LoadAsync();
            await _world.Pass(TimeSpan.FromMilliseconds(100));
            Assert.Equal(10, _asked.Distinct().Count());
            await PutAsync(node, "mail.test");
            await _world.Until(() => peer.Mail.Count == 1, "the mail is there", TimeSpan.FromSeconds(2));
            await node.Mta.DisposeAsync();
        });
    }

    // One limit for both, and mail first: it loses at most what reports took while more than half was left.
    [Fact]
    public void Mail_and_reports_to_one_site_share_its_limit_of_recipients_and_mail_goes_first()
    {
        var peer = _world.Peer();
        var came = new List<(DateTimeOffset Time, bool Report)>();
        peer.OnMessage = envelope =>
        {
            came.Add((_world.Time.GetUtcNow(), envelope.Sender is null));
            return null;
        };
        (_exchanger["slow.test"], _address["mx.slow.test"]) = ("mx.slow.test", peer.Host.Host);
        var node = Node();
        _world.Run(async () =>
        {
            await peer.UpAsync();
            Assert.Empty(await node.Operations.Controls.NewAsync(
                "slow.test", [new("recipient_limit", "10"), new("recipient_minutes", "5"), new("helo_name", "gateway.test")], CancellationToken.None));
            for (var i = 0; i < 40; i++)
            {
                await PutAsync(node, "report:slow.test");
                await PutAsync(node, "slow.test");
            }
            await node.LoadAsync();
            await _world.Until(() => came.Count == 80, "all are there", TimeSpan.FromHours(2));
            Assert.All(peer.Names, name => Assert.Equal("gateway.test", name));
            await node.Mta.DisposeAsync();
        });
        for (var i = 0; i < came.Count; i++)
            Assert.InRange(came.Skip(i).TakeWhile(one => one.Time < came[i].Time.AddMinutes(5)).Count(), 1, 10);
        var lastMail = came.FindLastIndex(one => !one.Report);
        Assert.InRange(came.Take(lastMail).Count(one => one.Report), 0, 10);
        Assert.InRange(came[^1].Time - came[0].Time, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(50));
    }

    [Fact]
    public void Operators_see_reports_apart_and_a_domain_names_its_reports_too()
    {
        var peer = _world.Peer();
        (_exchanger["one.test"], _address["mx.one.test"]) = ("mx.one.test", peer.Host.Host);
        var node = Node(change: settings => settings with { RetryIntervals = [TimeSpan.FromHours(4)], RelayDomains = [Domain.Parse("one.test")] });
        _world.Run(async () =>
        {
            await node.LoadAsync();
            await PutAsync(node, "report:one.test");
            await _world.Until(() => node.Stat("MTA.Destinations.Down") == 1, "the host is down");
            Assert.Equal(["reports to mx.one.test"], node.Operations.ShowDestinations().Select(destination => destination.Name));
            Assert.Equal("reports to mx.one.test", (await node.Operations.ShowHostAsync("one.test", CancellationToken.None))!.Destination.Name);
            await PutAsync(node, "one.test");
            await _world.Until(() => node.Stat("MTA.Destinations.Down") == 2, "and for mail");
            Assert.Equal(["mx.one.test", "reports to mx.one.test"], node.Operations.ShowDestinations().Select(destination => destination.Name));
            var mail = await node.Operations.ShowHostAsync("one.test", CancellationToken.None);
            Assert.Equal(("mx.one.test", 20), (mail!.Destination.Name, mail.Limits.Connections));
            var reports = await node.Operations.ShowHostAsync("report:one.test", CancellationToken.None);
            Assert.Equal(("reports to mx.one.test", 2), (reports!.Destination.Name, reports.Limits.Connections));
            Assert.Equal("report:one.test", Assert.Single(reports.Lanes));
            await peer.UpAsync();
            await node.Operations.DeliverNowAsync("one.test", CancellationToken.None);
            await _world.Until(() => peer.Mail.Count == 2, "both are there", TimeSpan.FromMinutes(1));
            Assert.Equal(0, node.Stat("MTA.Destinations.Down"));
            await node.Mta.DisposeAsync();
        });
    }

    // What is counted is what the store is asked in an hour.
    [Fact]
    public void A_thousand_lanes_of_reports_to_a_host_that_is_down_cost_as_much_as_one()
    {
        Assert.InRange(new ReportLaneStoryTests().VerbsOfAnHour(1000), 1, new ReportLaneStoryTests().VerbsOfAnHour(1) + 30);
    }

    private int VerbsOfAnHour(int lanes)
    {
        var verbs = 0;
        var node = Node(change: settings => settings with { RelayHost = new("198.51.100.9", 25) });
        _world.Run(async () =>
        {
            for (var i = 0; i < lanes; i++)
                await PutAsync(node, $"report:d{i}.test");
            await node.LoadAsync();
            await _world.Until(() => node.Stat("MTA.Destinations.Down") == 1, "it is down");
            Assert.Equal(["reports to 198.51.100.9:25"], node.Operations.ShowDestinations().Select(destination => destination.Name));
            node.Stores.Before = _ =>
            {
                verbs++;
                return null;
            };
            await _world.Pass(TimeSpan.FromHours(1));
            node.Stores.Before = _ => null;
            await node.Mta.DisposeAsync();
        });
        return verbs;
    }

    [Theory]
    [InlineData("report:one.test", "one.test", true)]
    [InlineData("one.test", "one.test", false)]
    [InlineData("report:lmtp:198.51.100.1:24", "lmtp:198.51.100.1:24", true)]
    [InlineData("report:", null, false)]
    [InlineData("report:no domain", null, false)]
    public void A_lane_of_reports_leads_where_mail_for_the_same_domain_does(string lane, string? key, bool reports)
    {
        var hop = NextHop.Of(lane, Node().Mta.Context);
        Assert.Equal(((string?, bool))(key, reports), (hop?.Key, hop is { Reports: true }));
    }

    private static IEnumerable<string> Names(string kind, int count) => Enumerable.Range(0, count).Select(i => $"{kind}{i}.test");

    private static async Task PutAsync(Node node, string lane)
    {
        await using var writer = node.Stores.Queues.NewContent();
        await writer.WriteAsync("Subject: two\r\n\r\n"u8.ToArray(), CancellationToken.None);
        await node.PutAsync(new Document
        {
            Id = default,
            Form = ReportLane.Is(lane) ? Forms.NonDeliveryReport : Forms.Message,
            Queue = WorkQueue.Outbound,
            Destination = lane,
            Content = await writer.CompleteAsync(CancellationToken.None),
            Envelope = new Envelope
            {
                Sender = ReportLane.Is(lane) ? null : Mailbox.Parse("s@away.test"),
                Recipients = [new Recipient(Mailbox.Parse($"b@{ReportLane.MailLane(lane)}"))],
            },
        });
    }
}
