using System.Net;
using Tell.Documents;
using Tell.Mta.Outbound;
using Tell.Smtp;

namespace Tell.Tests.Mta;

/// <summary>Domains that share exchangers share a Destination: one connection, one state, one queue order.</summary>
public sealed class SiteStoryTests : SiteStory
{
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

    // It was given back with 5.4.6 before loops were held, and held before the name alone was no more than a doubt.
    [Fact]
    public void A_host_that_greets_with_our_name_may_be_a_loop_and_the_mail_waits_and_has_an_end()
    {
        var node = Node("peer.test", settings => settings with { ExpireAfter = TimeSpan.FromHours(2) });
        var peer = _world.Peer();
        _exchanger["one.test"] = "alias.test";
        _address["alias.test"] = peer.Host.Host;
        _world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@home.test", "a@one.test");
            await _world.Until(() => node.In(WorkQueue.Outbound) is [{ AttemptCount: > 0 }], "it was tried", TimeSpan.FromMinutes(1));
            Assert.Equal("mail loops back to this host: alias.test greets with our own name", node.In(WorkQueue.Outbound)[0].Reason);
            await _world.Until(() => node.MailFile("ada").Count == 1, "it is given back", TimeSpan.FromHours(3));
            Assert.Contains("Delivery time expired; last: ", node.Read("ada", node.MailFile("ada")[0]));
            Assert.Empty(peer.Mail);
            await node.Mta.DisposeAsync();
        });
    }

    // Behind a load balancer neither the address nor the greeting tells that it is us.
    [Theory]
    [InlineData("alias.test", DocumentState.Held)]
    [InlineData("better.test alias.test", DocumentState.Failure)]
    public void A_host_that_offers_our_own_XLOOP_is_a_loop_as_the_best_exchanger_and_waits_for_the_better_ones_as_another(string exchangers, DocumentState state)
    {
        var node = Node();
        var balancer = IPEndPoint.Parse("192.0.2.80:25");
        _exchanger["one.test"] = exchangers;
        _address["alias.test"] = balancer.Address.ToString();
        _address["better.test"] = "192.0.2.99";
        _world.Run(async () =>
        {
            await new Balancer(_world, balancer, new IPEndPoint(node.Address, 25)).UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@home.test", "a@one.test");
            await _world.Until(() => node.In(WorkQueue.Outbound) is [{ AttemptCount: > 0 }], "it was tried", TimeSpan.FromMinutes(5));
            var document = node.In(WorkQueue.Outbound)[0];
            Assert.Equal(state, document.State);
            Assert.Equal(state == DocumentState.Failure, document.Due is not null);
            Assert.Contains("alias.test is this host: it offers our own XLOOP", document.Reason);
            Assert.Equal(state == DocumentState.Held ? 1 : 0, node.Stat("MTA.Loops"));
            Assert.Equal(0, node.Stat("MTA.Received"));
            Assert.Empty(node.MailFile("ada"));
            await node.Mta.DisposeAsync();
        });
    }

    // Everybody can read what we offer: whoever repeats it is not ourselves, however long he keeps the session open in which he read it.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_host_that_repeats_an_XLOOP_of_ours_is_another(bool open)
    {
        var node = Node();
        var peer = _world.Peer();
        _exchanger["one.test"] = "alias.test";
        _address["alias.test"] = peer.Host.Host;
        _world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await using var client = await RawClient.ConnectAsync(_world, node);
            peer.LoopToken = (await client.SayAsync("EHLO client.test")).Split('|').Single(line => line.Contains("XLOOP", StringComparison.Ordinal)).Split(' ')[1];
            if (!open)
                await client.SayAsync("QUIT");
            await _world.Pass(TimeSpan.FromSeconds(1));
            await node.SendAsync("ada@home.test", "a@one.test");
            await _world.Until(() => peer.Mail.Count == 1, "it is there", TimeSpan.FromMinutes(1));
            Assert.Equal(0, node.Stat("MTA.Loops"));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_host_that_offers_the_XLOOP_of_another_is_another()
    {
        var node = Node();
        var peer = _world.Peer();
        peer.LoopToken = "0123456789abcdef0123456789abcdef";
        _exchanger["one.test"] = "alias.test";
        _address["alias.test"] = peer.Host.Host;
        _world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@home.test", "a@one.test");
            await _world.Until(() => peer.Mail.Count == 1, "it is there", TimeSpan.FromMinutes(1));
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
}
