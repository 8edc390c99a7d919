using Tell.Documents;
using Tell.Smtp;
using static Tell.Tests.Mta.DeliveryReportTaskTests;

namespace Tell.Tests.Mta;

/// <summary>What a destination that takes nothing costs the others, and what becomes of its mail.</summary>
public sealed class DownDestinationTests
{
    // What is counted is what the store is asked, not time: a document that waits for a host that is down is not touched.
    [Fact]
    public void A_thousand_waiting_documents_of_a_destination_that_is_down_cost_as_much_as_one()
    {
        Assert.InRange(VerbsOfADay(1000), 1, VerbsOfADay(1) + 30);
    }

    [Fact]
    public void A_document_that_its_peer_put_off_is_not_freed_when_the_destination_comes_back()
    {
        var world = new World();
        var peer = world.Peer();
        peer.OnRecipient = mailbox => mailbox.LocalPart == "grey" ? Reply.Of(450, "4.7.1", "Come back in an hour") : null;
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { RetryIntervals = [TimeSpan.FromHours(1)] });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "grey@one.test");
            await world.Until(() => node.In(WorkQueue.Outbound) is [{ AttemptCount: 1 }], "it is put off");
            var due = node.In(WorkQueue.Outbound)[0].Due;
            await peer.DownAsync();
            await world.Pass(TimeSpan.FromSeconds(30));
            await node.SendAsync("ada@elsewhere.test", "bob@one.test");
            await world.Until(() => node.Stat("MTA.Destinations.Down") == 1, "the host is down");
            await peer.UpAsync();
            await world.Pass(TimeSpan.FromMinutes(58));
            Assert.Equal(due, node.In(WorkQueue.Outbound).Single(child => child.Envelope!.Recipients[0].Address.LocalPart == "grey").Due);
            await world.Until(() => peer.Mail.Count == 1, "what waited for the host is there");
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void All_that_waits_for_a_destination_goes_as_soon_as_one_message_is_answered()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { RetryIntervals = [TimeSpan.FromMinutes(5), TimeSpan.FromHours(4)] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            for (var i = 0; i < 50; i++)
                await node.SendAsync("ada@elsewhere.test", $"r{i}@one.test");
            await world.Pass(TimeSpan.FromMinutes(6));
            Assert.Equal(2, world.Network.Attempts.Count);
            await peer.UpAsync();
            Assert.Empty(peer.Mail);
            await node.Operations.DeliverNowAsync("one.test", CancellationToken.None);
            await world.Until(() => peer.Mail.Count == 50, "all are there", TimeSpan.FromSeconds(10));
            await node.Mta.DisposeAsync();
        });
    }

    // The host took mail before, so each session that it cuts off may be the fault of its message; not when all of them are cut off.
    [Fact]
    public void A_peer_that_shuts_down_in_the_middle_is_given_up_after_a_few_sessions()
    {
        var world = new World();
        var peer = world.Peer();
        var well = true;
        peer.OnMail = () => well ? null : Reply.Of(421, "4.3.2", "Shutting down");
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "first@one.test");
            await world.Until(() => peer.Mail.Count == 1, "mail flows");
            well = false;
            for (var i = 0; i < 500; i++)
                await node.SendAsync("ada@elsewhere.test", $"r{i}@one.test");
            await world.Until(() => node.Stat("MTA.Destinations.Down") == 1, "it is down");
            Assert.InRange(node.In(WorkQueue.Outbound).Count(child => child.AttemptCount > 0), 1, 30);
            Assert.InRange(world.Network.Attempts.Count, 1, 30);
            well = true;
            await world.Until(() => peer.Mail.Count == 501, "all are there in the end", TimeSpan.FromHours(2));
            await node.Mta.DisposeAsync();
        });
    }

    // It takes two connections at a time and turns away the others with 421.
    [Fact]
    public void A_peer_that_bears_two_sessions_gets_two_and_no_message_suffers()
    {
        var world = new World();
        var (open, most) = (0, 0);
        var peer = world.Peer();
        peer.MostSessions = 2;
        peer.OnSession = change => most = Math.Max(most, open += change);
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)));
        world.Network.To(peer.Endpoint).Latency = TimeSpan.FromMilliseconds(20);
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            for (var i = 0; i < 300; i++)
                await node.SendAsync("ada@elsewhere.test", $"r{i}@one.test");
            await world.Until(() => peer.Mail.Count == 300, "all are there", TimeSpan.FromMinutes(5));
            Assert.Equal(2, most);
            Assert.Equal(0, node.Stat("MTA.Deferred"));
            Assert.Equal(0, node.Stat("MTA.Destinations.Down"));
            Assert.InRange(world.Network.Attempts.Count, 8, 40);
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void No_more_sessions_are_open_than_the_system_may_have_and_every_destination_gets_its_turn()
    {
        var world = new World();
        var (open, most) = (0, 0);
        Peer[] peers = [.. Enumerable.Range(0, 10).Select(_ => world.Peer())];
        foreach (var peer in peers)
            peer.OnSession = change => most = Math.Max(most, open += change);
        var node = world.Node("mta.test", settings => Routed(settings, [.. peers.Select((peer, i) => ($"d{i}.test", peer))]) with { MaxOutboundSessions = 3 });
        world.Run(async () =>
        {
            foreach (var peer in peers)
                await peer.UpAsync();
            await node.LoadAsync();
            for (var i = 0; i < 100; i++)
                await node.SendAsync("ada@elsewhere.test", $"r{i}@d{i % 10}.test");
            await world.Until(() => peers.All(peer => peer.Mail.Count == 10), "all are there", TimeSpan.FromMinutes(3));
            Assert.InRange(most, 1, 3);
            await node.Mta.DisposeAsync();
        });
    }

    private static int VerbsOfADay(int documents)
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)));
        var verbs = 0;
        world.Run(async () =>
        {
            await node.LoadAsync();
            for (var i = 0; i < documents; i++)
                await node.SendAsync("ada@elsewhere.test", $"r{i}@one.test");
            await world.Until(() => node.In(WorkQueue.Outbound).Count == documents, "they wait");
            await world.Pass(TimeSpan.FromMinutes(10));
            node.Stores.Before = verb =>
            {
                // The conversion tasks look at their own queues once a minute, and nothing of it is about these documents.
                if (verb is "settle" or "renew" or "due" or "lanes" or "put")
                    verbs++;
                return null;
            };
            await world.Pass(TimeSpan.FromDays(1));
            node.Stores.Mend();
            await node.Mta.DisposeAsync();
        });
        return verbs;
    }
}
