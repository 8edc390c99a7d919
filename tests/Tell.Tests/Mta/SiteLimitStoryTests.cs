using Tell.Documents;
using Tell.Mta.Routing;
using Tell.Smtp;

namespace Tell.Tests.Mta;

/// <summary>What a site may get in a time, how many of its hosts are tried, and what is told of them.</summary>
public sealed class SiteLimitStoryTests : SiteStory
{
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
}
