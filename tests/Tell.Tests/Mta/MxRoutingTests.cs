using System.Net;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Statistics;
using Tell.Tests.Routing.Dns;

namespace Tell.Tests.Mta;

/// <summary>Mail that finds its way by DNS (RFC 5321 5.1).</summary>
public sealed class MxRoutingTests
{
    private static readonly IPEndPoint Dns = IPEndPoint.Parse("192.0.2.53:53");

    [Fact]
    public void Mail_goes_to_the_best_exchanger_and_to_the_next_one_while_that_is_down()
    {
        var world = new World();
        var (first, second) = (world.Peer(), world.Peer());
        var node = Node(world, query => Packet.Question(query) switch
        {
            ("one.test", 15) => Packet.To(query).Mx("one.test", 20, "mx2.one.test").Mx("one.test", 10, "mx1.one.test").Octets(),
            ("mx1.one.test", 1) => Packet.To(query).A("mx1.one.test", first.Host.Host).Octets(),
            ("mx2.one.test", 1) => Packet.To(query).A("mx2.one.test", second.Host.Host).Octets(),
            _ => Packet.To(query).Octets(),
        });
        world.Run(async () =>
        {
            await second.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@home.test", "a@one.test");
            await world.Until(() => second.Mail.Count == 1, "the second has it");
            await first.UpAsync();
            await world.Pass(TimeSpan.FromMinutes(1));
            await node.SendAsync("ada@home.test", "b@one.test");
            await world.Until(() => first.Mail.Count == 1, "the first is asked first again");
            Assert.Single(second.Mail);
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void Without_exchangers_mail_goes_to_the_domain_itself()
    {
        var world = new World();
        var peer = world.Peer();
        var node = Node(world, query => Packet.Question(query) is ("one.test", 1)
            ? Packet.To(query).A("one.test", peer.Host.Host).Octets()
            : Packet.To(query).Soa("test", 60, 60).Octets());
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@home.test", "a@one.test");
            await world.Until(() => peer.Mail.Count == 1, "it is there");
            await node.Mta.DisposeAsync();
        });
    }

    [Theory]
    [InlineData("null", "does not accept mail")]
    [InlineData("none", "not found")]
    public void A_domain_that_takes_no_mail_is_reported_at_once_for_every_waiting_document(string kind, string said)
    {
        var world = new World();
        var asked = 0;
        var node = Node(world, query =>
        {
            asked++;
            return kind == "null" ? Packet.To(query).Mx("one.test", 0, ".").Octets() : Packet.To(query, code: 3).Soa("test", 300, 300).Octets();
        });
        world.Run(async () =>
        {
            await node.LoadAsync();
            for (var i = 0; i < 100; i++)
                await node.SendAsync("ada@home.test", $"r{i}@one.test");
            await world.Until(() => node.Stat(Stat.Reports) == 100, "all are reported", TimeSpan.FromSeconds(30));
            await world.Until(() => node.MailFile("ada").Count == 100, "and filed");
            Assert.Contains(said, node.Read("ada", node.MailFile("ada")[0]));
            Assert.InRange(asked, 1, 5);
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_name_server_that_fails_delays_the_whole_destination_and_returns_nothing()
    {
        var world = new World();
        var peer = world.Peer();
        var well = false;
        var node = Node(world, query => !well ? Packet.To(query, code: 2).Octets() : Packet.Question(query) switch
        {
            ("one.test", 15) => Packet.To(query).Mx("one.test", 10, "mx.one.test").Octets(),
            ("mx.one.test", 1) => Packet.To(query).A("mx.one.test", peer.Host.Host).Octets(),
            _ => Packet.To(query).Octets(),
        });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            for (var i = 0; i < 100; i++)
                await node.SendAsync("ada@home.test", $"r{i}@one.test");
            await world.Pass(TimeSpan.FromMinutes(4));
            Assert.Equal(1, node.Stat(Stat.Attempts));
            Assert.Equal("Down", Assert.Single(node.Mta.Controller.Outbound.Destinations).State.ToString());
            well = true;
            await world.Until(() => peer.Mail.Count == 100, "all are there", TimeSpan.FromMinutes(3));
            Assert.Equal(0, node.Stat(Stat.Reports));
            await node.Mta.DisposeAsync();
        });
    }

    // RFC 5321 5.1: a host that finds itself among the exchangers goes to better ones only, or mail would go in circles.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_backup_exchanger_waits_for_the_better_one_and_never_mails_itself(bool betterIsUp)
    {
        var world = new World();
        var better = world.Peer();
        Node node = null!;
        node = Node(world, query => Packet.Question(query) switch
        {
            ("one.test", 15) => Packet.To(query).Mx("one.test", 10, "mx.one.test").Mx("one.test", 20, "MTA.test").Mx("one.test", 30, "worse.one.test").Octets(),
            ("mx.one.test", 1) => Packet.To(query).A("mx.one.test", better.Host.Host).Octets(),
            ("mta.test", 1) or ("worse.one.test", 1) => Packet.To(query).A(Packet.Question(query).Name, node.Address.ToString()).Octets(),
            _ => Packet.To(query).Octets(),
        }, backup: true);
        world.Run(async () =>
        {
            if (betterIsUp)
                await better.UpAsync();
            await node.LoadAsync();
            await SmtpTalk.SendAsync(world, node, "eve@away.test", "bob@one.test", "\r\n");
            await world.Pass(TimeSpan.FromMinutes(1));
            Assert.Equal(betterIsUp ? 1 : 0, better.Mail.Count);
            Assert.Equal(1, node.Stat(Stat.Received));
            Assert.Equal(betterIsUp ? 0 : 1, node.In(WorkQueue.Outbound).Count);
            await node.Mta.DisposeAsync();
        });
    }

    private static Node Node(World world, Func<ReadOnlyMemory<byte>, byte[]?> answer, bool backup = false)
    {
        world.Network.Serve(Dns, answer);
        return world.Node("mta.test", settings => settings with
        {
            DnsServers = [Dns],
            LocalDomains = [Domain.Parse("home.test")],
            RelayDomains = backup ? [Domain.Parse("one.test")] : [],
        });
    }
}
