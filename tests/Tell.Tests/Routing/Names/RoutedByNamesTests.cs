using System.Net;
using Tell.Documents;
using Tell.Mta.Configuration;
using Tell.Tests.Mta;
using Tell.Tests.Routing.Dns;

namespace Tell.Tests.Routing.Names;

/// <summary>What the Connection documents and destination controls of NAMES do to mail on its way.</summary>
public sealed class RoutedByNamesTests
{
    [Fact]
    public void A_connection_goes_before_routes_and_the_relay_host_while_the_server_runs()
    {
        var world = new World();
        var (old, relay) = (world.Peer(), world.Peer());
        var node = world.Node("mta.test", settings => settings with { RelayHost = old.Host });
        world.Run(async () =>
        {
            await old.UpAsync();
            await relay.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@home.test", "a@one.test");
            await world.Until(() => old.Mail.Count == 1, "the relay host has it");
            await Import(node, $$"""{"form":"Connection","name":"branch","destinationDomain":"one.test","relayHost":"{{relay.Host}}"}""");
            await node.SendAsync("ada@home.test", "b@one.test");
            await node.SendAsync("ada@home.test", "c@two.test");
            await world.Until(() => relay.Mail.Count == 1 && old.Mail.Count == 2, "each has its own");
            await node.Operations.Names.DeleteAsync("branch", CancellationToken.None);
            await node.SendAsync("ada@home.test", "d@one.test");
            await world.Until(() => old.Mail.Count == 3, "the relay host has it again");
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void Mail_waits_untouched_until_its_connection_opens_and_other_mail_does_not()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => settings with { RelayHost = peer.Host });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            var now = TimeZoneInfo.ConvertTime(world.Time.GetUtcNow(), world.Time.LocalTimeZone);
            var (opens, closes) = (TimeOnly.FromDateTime(now.DateTime).AddHours(3), TimeOnly.FromDateTime(now.DateTime).AddHours(4));
            await Import(node, $$"""{"form":"Connection","name":"later","destinationDomain":"one.test","callAt":"{{new DailyWindow(opens, closes)}}"}""");
            for (var i = 0; i < 20; i++)
                await node.SendAsync("ada@home.test", $"a{i}@one.test");
            await node.SendAsync("ada@home.test", "b@two.test");
            await world.Until(() => peer.Mail.Count == 1, "the other is there");
            await world.Pass(TimeSpan.FromHours(2.5));
            Assert.Single(peer.Mail);
            Assert.All(node.In(WorkQueue.Outbound), document => Assert.Equal(0, document.AttemptCount));
            await world.Until(() => peer.Mail.Count == 21, "all are there when it opens");
            await world.Pass(TimeSpan.FromHours(1.5));
            await node.SendAsync("ada@home.test", "late@one.test");
            await world.Pass(TimeSpan.FromHours(20));
            Assert.Equal(21, peer.Mail.Count);
            await world.Until(() => peer.Mail.Count == 22, "it is there the next day", TimeSpan.FromHours(4));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void An_import_that_opens_a_connection_lets_its_mail_go_at_once()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => settings with { RelayHost = peer.Host });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            var tomorrow = TimeZoneInfo.ConvertTime(world.Time.GetUtcNow(), world.Time.LocalTimeZone).AddDays(1).DayOfWeek;
            await Import(node, $$"""{"form":"Connection","name":"c","destinationDomain":"*","days":"{{tomorrow}}"}""");
            await node.SendAsync("ada@home.test", "a@one.test");
            await world.Pass(TimeSpan.FromMinutes(5));
            Assert.Empty(peer.Mail);
            await Import(node, """{"form":"Connection","name":"c","destinationDomain":"*"}""");
            await world.Until(() => peer.Mail.Count == 1, "it is there", TimeSpan.FromSeconds(10));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_domain_with_a_row_of_its_own_does_not_share_the_limits_of_its_site()
    {
        var world = new World();
        var peer = world.Peer();
        var dns = IPEndPoint.Parse("192.0.2.53:53");
        world.Network.Serve(dns, query => Packet.Question(query) switch
        {
            (var name, 15) => Packet.To(query).Mx(name, 10, "mx.test").Octets(),
            ("mx.test", 1) => Packet.To(query).A("mx.test", peer.Host.Host).Octets(),
            _ => Packet.To(query).Octets(),
        });
        var node = world.Node("mta.test", settings => settings with { DnsServers = [dns] });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@home.test", "a@one.test");
            await node.SendAsync("ada@home.test", "b@two.test");
            await world.Until(() => peer.Mail.Count == 2, "both are there");
            Assert.Single(node.Operations.ShowDestinations());
            Assert.Empty(await node.Operations.Controls.NewAsync("two.test", [new("helo_name", "gate.test")], CancellationToken.None));
            await node.SendAsync("ada@home.test", "c@one.test");
            await node.SendAsync("ada@home.test", "d@two.test");
            await world.Until(() => peer.Mail.Count == 4, "both are there again");
            Assert.Equal(2, node.Operations.ShowDestinations().Count);
            await node.Mta.DisposeAsync();
        });
    }

    private static async Task Import(Node node, string json) =>
        Assert.Empty((await node.Operations.Names.ImportAsync(json, CancellationToken.None)).Problems);
}
