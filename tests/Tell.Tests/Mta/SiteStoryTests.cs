using System.Net;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Outbound;
using Tell.Mta.Routing;
using Tell.Smtp;
using Tell.Tests.Routing.Dns;

namespace Tell.Tests.Mta;

/// <summary>Domains that share exchangers share a Destination: one connection, one state, one queue order.</summary>
public sealed class SiteStoryTests
{
    private static readonly IPEndPoint Dns = IPEndPoint.Parse("192.0.2.53:53");

    private readonly World _world = new();
    private readonly Dictionary<string, string> _exchanger = [];
    private readonly Dictionary<string, string> _address = [];
    private readonly List<string> _asked = [];

    [Fact]
    public void Domains_with_the_same_exchangers_share_one_connection()
    {
        var peer = _world.Peer();
        var node = Node();
        for (var i = 0; i < 5; i++)
            _exchanger[$"d{i}.test"] = "mx.host.test";
        _address["mx.host.test"] = peer.Host.Host;
        _world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            for (var i = 0; i < 20; i++)
                await node.SendAsync("ada@home.test", $"r{i}@d{i % 5}.test");
            await _world.Until(() => peer.Mail.Count == 20, "all are there");
            var shared = Assert.Single(node.Mta.Controller.Outbound.Destinations);
            Assert.Equal("mx.host.test", shared.Name);
            Assert.InRange(_world.Network.Attempts.Count, 1, Concurrency.Initial + 3);
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_site_that_is_down_costs_one_try_for_all_its_domains()
    {
        var node = Node();
        for (var i = 0; i < 50; i++)
            _exchanger[$"d{i}.test"] = "mx.host.test";
        _address["mx.host.test"] = "192.0.2.99";
        _world.Run(async () =>
        {
            await node.LoadAsync();
            for (var i = 0; i < 50; i++)
                await node.SendAsync("ada@home.test", $"r@d{i}.test");
            await _world.Pass(TimeSpan.FromMinutes(4));
            Assert.Single(_world.Network.Attempts);
            Assert.Equal(DestinationState.Down, Assert.Single(node.Mta.Controller.Outbound.Destinations).State);
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void Mail_of_a_domain_that_moves_to_other_exchangers_follows_it()
    {
        var (old, now) = (_world.Peer(), _world.Peer());
        var node = Node();
        (_exchanger["one.test"], _exchanger["two.test"]) = ("mx.old.test", "mx.old.test");
        (_address["mx.old.test"], _address["mx.now.test"]) = (old.Host.Host, now.Host.Host);
        _world.Run(async () =>
        {
            await now.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@home.test", "a@one.test, b@two.test");
            await _world.Until(() => node.In(WorkQueue.Outbound).Any(child => child.AttemptCount > 0), "the old host is down");
            _exchanger["one.test"] = "mx.now.test";
            await _world.Until(() => now.Mail.Count == 1, "the one that moved is there when the answer has expired and it is tried again", TimeSpan.FromMinutes(16));
            Assert.Equal("one.test", now.Mail[0].Envelope.Recipients[0].Address.Domain.Name);
            await old.UpAsync();
            await _world.Until(() => old.Mail.Count == 1, "the other stays", TimeSpan.FromHours(2));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_domain_that_DNS_cannot_tell_about_delays_no_other()
    {
        var peer = _world.Peer();
        var node = Node();
        _exchanger["good.test"] = "mx.host.test";
        _address["mx.host.test"] = peer.Host.Host;
        _world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            for (var i = 0; i < 30; i++)
                await node.SendAsync("ada@home.test", $"r@silent{i}.test");
            await node.SendAsync("ada@home.test", "bob@good.test");
            await _world.Until(() => peer.Mail.Count == 1, "it is there", TimeSpan.FromSeconds(3));
            await _world.Until(() => node.Stat("MTA.Destinations.Down") == 30, "the others are put off, each by itself", TimeSpan.FromMinutes(2));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void Deliver_now_follows_a_domain_that_has_moved_meanwhile()
    {
        var peer = _world.Peer();
        var node = Node(change: settings => settings with { RetryIntervals = [TimeSpan.FromHours(4)] });
        (_exchanger["one.test"], _address["mx.wrong.test"], _address["mx.right.test"]) = ("mx.wrong.test", "192.0.2.99", peer.Host.Host);
        _world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@home.test", "a@one.test");
            await _world.Until(() => node.Stat("MTA.Destinations.Down") == 1, "it is down");
            _exchanger["one.test"] = "mx.right.test";
            await _world.Pass(TimeSpan.FromMinutes(10));
            await node.Operations.DeliverNowAsync("one.test", CancellationToken.None);
            await _world.Until(() => peer.Mail.Count == 1, "it is there", TimeSpan.FromSeconds(10));
            await node.Mta.DisposeAsync();
        });
    }

    // The node is found by its address, under a name that it does not know as its own.
    [Fact]
    public void An_exchanger_that_is_ourselves_under_another_name_is_a_loop_and_reported()
    {
        Node node = null!;
        node = Node();
        _exchanger["one.test"] = "alias.test";
        _address["alias.test"] = node.Address.ToString();
        _world.Run(async () =>
        {
            await node.LoadAsync();
            await node.SendAsync("ada@home.test", "a@one.test");
            await _world.Until(() => node.MailFile("ada").Count == 1, "it is reported", TimeSpan.FromMinutes(1));
            var report = node.Read("ada", node.MailFile("ada")[0]);
            Assert.Contains("5.4.6", report);
            Assert.Contains("loops back", report);
            Assert.Empty(_world.Network.Attempts);
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_host_that_greets_with_our_name_is_a_loop()
    {
        var node = Node("peer.test");
        var peer = _world.Peer();
        _exchanger["one.test"] = "alias.test";
        _address["alias.test"] = peer.Host.Host;
        _world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@home.test", "a@one.test");
            await _world.Until(() => node.MailFile("ada").Count == 1, "it is reported", TimeSpan.FromMinutes(1));
            Assert.Contains("5.4.6", node.Read("ada", node.MailFile("ada")[0]));
            Assert.Empty(peer.Mail);
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_host_that_fails_again_and_again_is_skipped_and_later_tried_again()
    {
        var peer = _world.Peer();
        var node = Node(change: settings => settings with { MessagesPerConnection = 1 });
        var bad = IPEndPoint.Parse("192.0.2.99:25");
        (_exchanger["one.test"], _address["mx1.test"], _address["mx2.test"]) = ("mx1.test mx2.test", "192.0.2.99", peer.Host.Host);
        _world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            for (var i = 1; i <= 10; i++)
            {
                await node.SendAsync("ada@home.test", $"r{i}@one.test");
                await _world.Until(() => peer.Mail.Count == i, "it is there by way of the second host");
            }
            Assert.Equal(HostMemory.TooMany, _world.Network.Attempts.Count(attempt => attempt.Server.Equals(bad)));
            var status = await node.Operations.ShowHostAsync("one.test", CancellationToken.None);
            Assert.Equal([true, false], status!.Hosts.Select(host => host.Skipped));
            await _world.Pass(HostMemory.Skipped);
            await node.SendAsync("ada@home.test", "again@one.test");
            await _world.Until(() => peer.Mail.Count == 11, "it is there too");
            Assert.Equal(HostMemory.TooMany + 1, _world.Network.Attempts.Count(attempt => attempt.Server.Equals(bad)));
            await node.Mta.DisposeAsync();
        });
    }

    [Theory]
    [InlineData(421)]
    [InlineData(554)]
    public void A_host_that_does_not_want_to_talk_leads_to_the_next_in_the_same_attempt(int code)
    {
        var (first, second) = (_world.Peer(), _world.Peer());
        var node = Node();
        (_exchanger["one.test"], _address["mx1.test"], _address["mx2.test"]) = ("mx1.test mx2.test", first.Host.Host, second.Host.Host);
        _world.Run(async () =>
        {
            await second.UpAsync();
            var listener = await _world.Network.Host(first.Endpoint.Address).ListenAsync(first.Endpoint, CancellationToken.None);
            _ = _world.Simulator.Start(async () =>
            {
                while (await listener.AcceptAsync(CancellationToken.None) is { } connection)
                {
                    await connection.Transport.Output.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{code} not now\r\n"));
                    await connection.DisposeAsync();
                }
            });
            await node.LoadAsync();
            await node.SendAsync("ada@home.test", "a@one.test");
            await _world.Until(() => second.Mail.Count == 1, "the second has it", TimeSpan.FromSeconds(10));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void The_status_of_a_host_tells_what_is_known()
    {
        var node = Node(change: settings => settings with { SourceAddresses = [IPAddress.Parse("192.0.2.77")] });
        (_exchanger["one.test"], _address["mx.host.test"]) = ("mx.host.test", "192.0.2.99");
        _world.Run(async () =>
        {
            await node.LoadAsync();
            await node.SendAsync("ada@home.test", "a@one.test");
            await _world.Until(() => node.Stat("MTA.Destinations.Down") == 1, "it is down");
            foreach (var name in (string[])["one.test", "mx.host.test", "MX.HOST.TEST"])
            {
                var status = (await node.Operations.ShowHostAsync(name, CancellationToken.None))!;
                Assert.Equal(DestinationState.Down, status.Destination.State);
                Assert.Equal("mx.host.test", status.Destination.Failure!.Host);
                Assert.Equal(["one.test"], status.Lanes.ToArray());
                Assert.Equal([new KnownHost("mx.host.test", "192.0.2.99:25", false)], status.Hosts.ToArray());
                Assert.Equal(20, status.Limits.Connections);
            }
            Assert.Null(await node.Operations.ShowHostAsync("other.test", CancellationToken.None));
            await node.Mta.DisposeAsync();
        });
    }

    // The limit is put into force while mail is on its way, and counts for its domain alone.
    [Fact]
    public void A_limit_of_recipients_gives_slot_times_to_its_domain_and_leaves_the_others_of_the_site_alone()
    {
        var peer = _world.Peer();
        var node = Node();
        (_exchanger["slow.test"], _exchanger["fast.test"], _address["mx.host.test"]) = ("mx.host.test", "mx.host.test", peer.Host.Host);
        _world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@home.test", "first@slow.test");
            await _world.Until(() => peer.Mail.Count == 1, "mail flows without a limit");
            Assert.Empty(await node.Operations.Controls.NewAsync(
                "slow.test", [new("recipient_limit", "10"), new("recipient_minutes", "5"), new("helo_name", "gateway.test")], CancellationToken.None));
            for (var i = 0; i < 35; i++)
            {
                await node.SendAsync("ada@home.test", $"r{i}@slow.test");
                await node.SendAsync("ada@home.test", $"r{i}@fast.test");
            }
            await _world.Until(() => To("fast.test") == 35, "the others are there", TimeSpan.FromSeconds(30));
            Assert.Equal(1 + 10, To("slow.test"));
            Assert.Contains("gateway.test", peer.Names);
            Assert.Equal(["mx.host.test", "slow.test"], node.Mta.Controller.Outbound.Destinations.Select(destination => destination.Name));
            var (taken, before) = (0, node.Stores.Before);
            node.Stores.Before = verb =>
            {
                taken += verb == "settle" ? 1 : 0;
                return null;
            };
            await _world.Pass(TimeSpan.FromMinutes(4));
            Assert.Equal((0, 11), (taken, To("slow.test")));
            node.Stores.Before = before;
            var begun = _world.Time.GetUtcNow();
            await _world.Until(() => To("slow.test") == 36, "all are there in their time", TimeSpan.FromMinutes(20));
            Assert.InRange(_world.Time.GetUtcNow() - begun, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(13));
            await node.Mta.DisposeAsync();
        });

        int To(string domain) => peer.Mail.Count(mail => mail.Envelope.Recipients[0].Address.Domain.Name == domain);
    }

    // A destination with nothing to do is forgotten after a while; what it got must count until its window is over.
    [Fact]
    public void A_limit_of_recipients_holds_over_a_pause()
    {
        var peer = _world.Peer();
        var node = Node();
        (_exchanger["slow.test"], _address["mx.host.test"]) = ("mx.host.test", peer.Host.Host);
        _world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            Assert.Empty(await node.Operations.Controls.NewAsync("slow.test", [new("recipient_limit", "3"), new("recipient_minutes", "60")], CancellationToken.None));
            await node.SendAsync("ada@home.test", "a@slow.test");
            await node.SendAsync("ada@home.test", "b@slow.test");
            await _world.Until(() => peer.Mail.Count == 2, "the first two are there");
            await _world.Pass(TimeSpan.FromMinutes(20));
            await node.SendAsync("ada@home.test", "c@slow.test");
            await node.SendAsync("ada@home.test", "d@slow.test");
            await _world.Pass(TimeSpan.FromMinutes(35));
            Assert.Equal(3, peer.Mail.Count);
            await _world.Until(() => peer.Mail.Count == 4, "the fourth is there in its time", TimeSpan.FromMinutes(10));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void The_history_of_a_message_tells_what_each_host_said()
    {
        var peer = _world.Peer();
        var node = Node();
        (_exchanger["one.test"], _address["mx1.test"], _address["mx2.test"], _address["mx3.test"]) = ("mx1.test mx2.test mx3.test", "192.0.2.98", "192.0.2.99", peer.Host.Host);
        peer.OnRecipient = _ => Reply.Of(450, "4.7.1", "Later");
        _world.Run(async () =>
        {
            await node.LoadAsync();
            var sent = await node.SendAsync("ada@home.test", "a@one.test");
            await _world.Until(() => node.In(WorkQueue.Outbound) is [{ AttemptCount: 1 }], "no host was there");
            await peer.UpAsync();
            await _world.Until(() => node.In(WorkQueue.Outbound) is [{ AttemptCount: 2 }], "the third has put it off");
            var attempts = node.Get(node.In(WorkQueue.Outbound)[0].Id)!.Attempts;
            Assert.Equal(["mx3.test", "mx3.test"], attempts.Select(attempt => attempt.Host));
            Assert.All(attempts, attempt => Assert.Contains("; before it mx1.test (192.0.2.98:25): connecting: ", attempt.Text));
            Assert.All(attempts, attempt => Assert.Contains("; mx2.test (192.0.2.99:25): connecting: ", attempt.Text));
            Assert.StartsWith("450 4.7.1 Later", attempts[1].Text);
            Assert.Equal("450 4.7.1 Later", node.In(WorkQueue.Outbound)[0].Reason);
            await node.Mta.DisposeAsync();
        });
    }

    // A domain can name as many exchangers as it likes; an attempt has an end.
    [Fact]
    public void A_domain_with_very_many_exchangers_does_not_have_them_all_tried()
    {
        var node = Node();
        _exchanger["one.test"] = string.Join(' ', Enumerable.Range(1, 100).Select(i => $"mx{i}.test"));
        for (var i = 1; i <= 100; i++)
            _address[$"mx{i}.test"] = $"198.51.100.{i}";
        _world.Run(async () =>
        {
            await node.LoadAsync();
            await node.SendAsync("ada@home.test", "a@one.test");
            await _world.Until(() => node.Stat("MTA.Destinations.Down") == 1, "it is down");
            Assert.Equal(Site.MostExchangers, _world.Network.Attempts.Count);
            Assert.DoesNotContain("mx50.test", _asked);
            await node.Mta.DisposeAsync();
        });
    }

    // "mx1.test mx2.test": exchangers at the preferences 10, 20, ...; a domain that begins with "silent" gets no answer at all.
    private byte[]? Answer(ReadOnlyMemory<byte> query)
    {
        var (name, type) = Packet.Question(query);
        _asked.Add(name);
        if (name.StartsWith("silent", StringComparison.Ordinal))
            return null;
        var answer = Packet.To(query);
        if (type == 15 && _exchanger.TryGetValue(name, out var hosts))
        {
            foreach (var (host, place) in hosts.Split(' ').Select((host, place) => (host, place)))
                answer.Mx(name, 10 * (place + 1), host);
        }
        else if (type == 1 && _address.TryGetValue(name, out var address))
        {
            answer.A(name, address);
        }
        return answer.Octets();
    }

    private Node Node(string name = "mta.test", Func<MtaSettings, MtaSettings>? change = null)
    {
        _world.Network.Serve(Dns, Answer);
        return _world.Node(name, settings => (change ?? (same => same))(settings with { DnsServers = [Dns], LocalDomains = [Domain.Parse("home.test")] }));
    }
}
