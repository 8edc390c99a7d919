using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;
using Tell.Mta.Statistics;
using Tell.Smtp;
using Tell.Tests.LocalDelivery;
using static Tell.Tests.Mta.DeliveryReportTaskTests;

namespace Tell.Tests.Mta;

/// <summary>What becomes of mail that grows old, told with whole MTAs: warnings and ends, whatever state its destination is in.</summary>
public sealed class AgeStoryTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1), Minute = TimeSpan.FromMinutes(1);

    private readonly World _world = new();
    private readonly Peer _other;

    public AgeStoryTests() => _other = _world.Peer();

    // Facts: sun-cisco A7: "notices 3 6 9 12 default (days): warnings at all but the last, bounce at the last".
    [Fact]
    public void A_sender_is_warned_at_each_age_and_given_the_message_back_at_the_last() => Told(async (node, _) =>
    {
        await ProfileAsync(node, "delay_warning_after=P3D,P6D,P9D", "expire_after=P12D");
        await node.SendAsync("ada@home.test", "bob@one.test");
        foreach (var (days, reports) in new[] { (3, 1), (6, 2), (9, 3) })
        {
            await PassUntil(TimeSpan.FromDays(days) - Minute);
            Assert.Equal(reports - 1, node.MailFile("ada").Count);
            await PassUntil(TimeSpan.FromDays(days) + Minute);
            Assert.Equal(reports, node.MailFile("ada").Count);
        }
        Assert.All(node.MailFile("ada"), report => Assert.Contains("Action: delayed", node.Read("ada", report)));
        await PassUntil(TimeSpan.FromDays(12) + Minute);
        Assert.Equal(4, node.MailFile("ada").Count);
        Assert.Contains("Action: failed", node.Read("ada", node.MailFile("ada")[^1]));
        Assert.Equal((3, 1), (node.Stat(Stat.DelayReports), node.Stat(Stat.Reports)));
        Assert.Equal(3, node.Facts.Count(fact => fact == "delayed"));
        Assert.Empty(node.In(WorkQueue.Outbound));
    });

    // Documents of a destination that is down are not touched: that it was found down by another of them is a failed attempt for all.
    [Fact]
    public void What_was_never_tried_itself_is_warned_of_where_its_destination_was_found_down() => Told(async (node, _) =>
    {
        for (var i = 0; i < 20; i++)
            await node.SendAsync("ada@home.test", $"r{i}@one.test");
        await PassUntil(4 * Hour + Minute);
        Assert.Equal(20, node.MailFile("ada").Count);
        Assert.Contains(node.In(WorkQueue.Outbound), child => child.AttemptCount == 0);
        await PassUntil(TimeSpan.FromDays(2));
        Assert.Equal(20, node.MailFile("ada").Count);
    });

    [Fact]
    public void Killed_again_and_again_it_warns_once_at_each_age() => Told(async (node, _) =>
    {
        await node.SendAsync("ada@home.test", "bob@one.test");
        await PassUntil(4 * Hour - TimeSpan.FromSeconds(1));
        for (var i = 0; i < 20; i++)
        {
            await node.CrashAsync();
            await node.LoadAsync();
            await _world.Pass(TimeSpan.FromMilliseconds(150 * i));
        }
        await _world.Pass(2 * Hour);
        Assert.Single(node.MailFile("ada"));
        Assert.Equal(1, node.Stat(Stat.DelayReports));
        await _world.Pass(TimeSpan.FromDays(1));
        for (var i = 0; i < 5; i++)
        {
            await node.CrashAsync();
            await node.LoadAsync();
            await _world.Pass(Minute);
        }
        Assert.Equal(2, node.MailFile("ada").Count);
    }, settings => settings with { DelayWarningAfter = [4 * Hour, 24 * Hour] });

    [Fact]
    public void An_end_that_is_sooner_than_others_or_later_holds_for_its_destination_and_priority_while_it_is_down() => Told(async (node, peer) =>
    {
        await node.Operations.Profiles.NewAsync("soon", [new("expire_after", "PT2H"), new("expire_after_high", "PT1H")], default);
        await node.Operations.Controls.NewAsync(peer.Host.ToString(), [new("bounce_profile", "soon")], default);
        await node.Operations.Controls.NewAsync(_other.Host.ToString(), [new("expire_after", "P10D")], default);
        await node.SendAsync("ada@home.test", "soon@one.test");
        await node.Operations.SubmitAsync(
            new MemoDraft { From = Mailbox.Parse("ada@home.test"), SendTo = [Mailbox.Parse("sooner@one.test")], Subject = Line.From("High"), Body = "Hello.\n", Priority = Priority.High }, default);
        await node.SendAsync("ada@home.test", "late@two.test");
        await PassUntil(Hour - Minute);
        Assert.Empty(node.MailFile("ada"));
        await PassUntil(Hour + Minute);
        Assert.Contains("sooner@one.test", node.Read("ada", Assert.Single(node.MailFile("ada"))));
        await PassUntil(2 * Hour + Minute);
        Assert.Equal(2, node.MailFile("ada").Count);
        await PassUntil(TimeSpan.FromDays(10) - Hour);
        Assert.Single(node.In(WorkQueue.Outbound));
        Assert.Equal(2, node.MailFile("ada").Count);
        await PassUntil(TimeSpan.FromDays(10) + Minute);
        Assert.Equal(3, node.MailFile("ada").Count);
        Assert.Empty(node.In(WorkQueue.Outbound));
    }, settings => settings with { DelayWarningAfter = [] });

    [Fact]
    public void Mail_is_given_back_at_its_end_while_outbound_transport_is_stopped() => Told(async (node, peer) =>
    {
        await peer.UpAsync();
        await node.Operations.StopAsync(TaskSelection.OutboundTransport, default);
        await node.SendAsync("ada@home.test", "bob@one.test");
        await PassUntil(TimeSpan.FromDays(5) + Minute);
        Assert.Contains("Delivery time expired", node.Read("ada", Assert.Single(node.MailFile("ada"))));
        Assert.Empty(peer.Mail);
        Assert.Empty(node.In(WorkQueue.Outbound));
    });

    // What is late because we do not send it is nothing to warn of.
    [Fact]
    public void Mail_that_waits_for_its_hours_is_not_warned_of() => Told(async (node, peer) =>
    {
        await peer.UpAsync();
        await node.Operations.SubmitAsync(
            new MemoDraft { From = Mailbox.Parse("ada@home.test"), SendTo = [Mailbox.Parse("bob@one.test")], Subject = Line.From("Low"), Body = "Hello.\n", Priority = Priority.Low }, default);
        await PassUntil(10 * Hour);
        Assert.Empty(node.MailFile("ada"));
        await _world.Until(() => peer.Mail.Count == 1, "its hour has come", TimeSpan.FromDays(1));
        Assert.Equal(0, node.Stat(Stat.DelayReports));
    }, settings => settings with { DelayWarningAfter = [Hour], LowPriorityHours = HoursFrom(14) });

    // A warning that says "still tried" moments before the message comes back helps nobody.
    [Fact]
    public void No_warning_comes_where_no_attempt_is_left_before_the_end() => Told(async (node, peer) =>
    {
        peer.OnRecipient = _ => Reply.Of(450, "4.2.0", "Later");
        await peer.UpAsync();
        await node.SendAsync("ada@home.test", "bob@one.test");
        await PassUntil(6 * Hour);
        Assert.Contains("Action: failed", node.Read("ada", Assert.Single(node.MailFile("ada"))));
        Assert.Equal(0, node.Stat(Stat.DelayReports));
    }, settings => settings with { DelayWarningAfter = [4 * Hour], ExpireAfter = 5 * Hour, RetryIntervals = [3 * Hour] });

    // Facts: sun-cisco C5, examples 1 and 2, as the peer sees them.
    [Theory]
    [InlineData("max_attempts=3", "0,60,120", 120)]
    [InlineData("expire_after=PT100S", "0,60", 100)]
    public void Attempts_end_with_the_last_one_or_before_the_one_that_would_be_too_late(string profile, string attempts, int end) => Told(async (node, peer) =>
    {
        var begun = _world.Time.GetUtcNow();
        var times = new List<int>();
        peer.OnRecipient = _ =>
        {
            times.Add((int)(_world.Time.GetUtcNow() - begun).TotalSeconds);
            return Reply.Of(450, "4.2.0", "Later");
        };
        await peer.UpAsync();
        await ProfileAsync(node, profile, "retry_intervals=PT1M");
        await node.SendAsync("ada@home.test", "bob@one.test");
        await _world.Until(() => node.MailFile("ada").Count == 1, "it is given back");
        var ended = (int)(_world.Time.GetUtcNow() - begun).TotalSeconds;
        Assert.Equal(attempts, string.Join(',', times));
        Assert.InRange(ended, end, end + 2);
        await _world.Pass(Hour);
        Assert.Single(node.MailFile("ada"));
    });

    [Fact]
    public void Whoever_waits_for_room_in_a_mail_file_is_warned_of_and_given_back_at_the_end_and_not_tried_after_it()
    {
        var town = new Town(settings => settings with { ExpireAfter = TimeSpan.FromDays(2), QuotaGracePeriod = TimeSpan.FromDays(30), DelayWarningAfter = [Hour, 30 * Hour], RetryIntervals = [7 * Hour] });
        town.Run(async () =>
        {
            await town.PersonAsync("ada", quota: 10_000);
            await town.SendAsync("ada@home.test", $"Subject: Big\r\n\r\n{string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 300))}");
            await town.World.Pass(Hour + Minute);
            Assert.Contains("Action: delayed", Assert.Single(town.Reports));
            await town.World.Pass(30 * Hour);
            Assert.Equal(2, town.Reports.Count());
            await town.World.Pass(TimeSpan.FromDays(2) - 31 * Hour);
            Assert.Equal(3, town.Reports.Count());
            Assert.Contains("Delivery time expired; last: Mailbox full", town.Reports.Last());
        });
    }

    // RFC 2852 4.1.2: by mode R the message is returned, by mode N its sender is told; the host is down all the while.
    [Theory]
    [InlineData("R")]
    [InlineData("N")]
    public void The_time_that_a_client_names_is_kept_while_the_host_is_down(string mode)
    {
        var back = _world.Peer();
        var down = _world.Peer();
        var node = _world.Node("mta.test", settings => Routed(settings, ("one.test", down), ("away.test", back)) with { RelayClients = [System.Net.IPNetwork.Parse("192.0.2.0/24")], RetryIntervals = [12 * Hour], RelayFailures = RelayFailures.Report });
        _world.Run(async () =>
        {
            await back.UpAsync();
            await node.LoadAsync();
            // The first one finds the host down; the second is never tried.
            foreach (var by in new[] { "", $" BY=3600;{mode}" })
            {
                await using var client = await RawClient.HelloAsync(_world, node);
                Assert.StartsWith("354", await client.SayAsync($"MAIL FROM:<eve@away.test>{by}", "RCPT TO:<bob@one.test>", "DATA"));
                Assert.StartsWith("250", await client.SayAsync("Subject: Test\r\n\r\nHello.\r\n."));
                await _world.Pass(Minute);
            }
            await _world.Pass(Hour - 2 * Minute);
            Assert.Empty(back.Mail);
            await _world.Pass(2 * Minute);
            if (mode == "R")
            {
                // Relayed mail that failed is for the Delivery Report Task to report, or to keep as dead.
                Assert.Contains("failed", node.Facts);
                Assert.Single(node.In(WorkQueue.Outbound), child => child.Due is not null);
            }
            else
            {
                Assert.Contains("Action: delayed", Assert.Single(back.Mail).Message);
                Assert.Equal(2, node.In(WorkQueue.Outbound).Count(child => child.Due is not null));
            }
            await node.Mta.DisposeAsync();
        });
    }

    private void Told(Func<Node, Peer, Task> story, Func<MtaSettings, MtaSettings>? change = null)
    {
        var peer = _world.Peer();
        var node = _world.Node("mta.test", settings => (change ?? (same => same))(
            Routed(settings, ("one.test", peer), ("two.test", _other)) with { LocalDomains = [Domain.Parse("home.test")] }));
        _world.Run(async () =>
        {
            await node.LoadAsync();
            await story(node, peer);
            await node.Mta.DisposeAsync();
        });
    }

    private Task PassUntil(TimeSpan elapsed) => _world.Pass(elapsed - _world.Time.Elapsed);

    private DailyWindow HoursFrom(int hours)
    {
        var from = TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(_world.Time.GetUtcNow() + TimeSpan.FromHours(hours), _world.Time.LocalTimeZone).DateTime);
        return new DailyWindow(from, from.AddHours(1));
    }

    private static async Task ProfileAsync(Node node, params string[] values) =>
        Assert.Empty(await node.Operations.Profiles.EditAsync("DEFAULT", [.. values.Select(value => new KeyValuePair<string, string>(value.Split('=')[0], value.Split('=')[1]))], default));
}
