using Tell.Documents;
using static Tell.Tests.Mta.DeliveryReportTaskTests;

namespace Tell.Tests.Mta;

/// <summary>Destinations that share the few sessions that the system may have (SMTPMTA_MaxOutboundSessions).</summary>
public sealed class SessionSlotStoryTests
{
    private readonly World _world = new();

    // The first in the line has no mail any more when its turn comes: the turn is the next one's.
    [Fact]
    public void A_turn_that_is_not_used_goes_to_the_next_in_the_line()
    {
        var (first, second, third) = (_world.Peer(), _world.Peer(), _world.Peer());
        var node = _world.Node("mta.test", settings => Routed(settings, ("one.test", first), ("two.test", second), ("three.test", third)) with { MaxOutboundSessions = 1 });
        _world.Run(async () =>
        {
            foreach (var peer in (Peer[])[first, second, third])
                await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "a@one.test");
            await _world.Until(() => first.Mail.Count == 1, "the first has its mail");
            await node.SendAsync("ada@elsewhere.test", "a@two.test");
            await _world.Until(() => second.Mail.Count == 1, "the second has its mail when the session of the first is over");
            await node.SendAsync("ada@elsewhere.test", "a@three.test");
            await _world.Until(() => third.Mail.Count == 1, "the third has its mail too", TimeSpan.FromMinutes(1));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_large_backlog_gives_its_session_up_after_its_messages_where_another_waits()
    {
        var (large, small) = (_world.Peer(), _world.Peer());
        _world.Network.To(large.Endpoint).Latency = TimeSpan.FromMilliseconds(50);
        var node = _world.Node("mta.test", settings => Routed(settings, ("large.test", large), ("small.test", small)) with { MaxOutboundSessions = 1, MessagesPerConnection = 10 });
        _world.Run(async () =>
        {
            await large.UpAsync();
            await small.UpAsync();
            await node.LoadAsync();
            for (var i = 0; i < 300; i++)
                await node.SendAsync("ada@elsewhere.test", $"r{i}@large.test");
            await _world.Until(() => large.Mail.Count > 0, "the backlog has the only session");
            await node.SendAsync("ada@elsewhere.test", "a@small.test");
            await _world.Until(() => small.Mail.Count == 1, "the other has its turn");
            Assert.InRange(large.Mail.Count, 1, 60);
            await _world.Until(() => large.Mail.Count == 300, "and the backlog goes on");
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_changed_route_does_not_leave_the_line_to_those_that_are_gone()
    {
        var (first, second, third) = (_world.Peer(), _world.Peer(), _world.Peer());
        var node = _world.Node("mta.test", settings => Routed(settings, ("one.test", first), ("two.test", second), ("three.test", third)) with { MaxOutboundSessions = 1 });
        _world.Run(async () =>
        {
            await second.UpAsync();
            await third.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "a@two.test");
            await node.SendAsync("ada@elsewhere.test", "a@three.test");
            await node.SendAsync("ada@elsewhere.test", "a@one.test");
            await _world.Until(() => second.Mail.Count + third.Mail.Count == 1, "one has the only session");
            node.Source.Settings = Routed(node.Source.Settings, ("one.test", second), ("two.test", second), ("three.test", third));
            Assert.True((await node.Operations.RefreshAsync(CancellationToken.None)).Changed);
            await _world.Until(() => node.In(WorkQueue.Outbound).Count == 0, "all are there", TimeSpan.FromMinutes(2));
            await node.Mta.DisposeAsync();
        });
    }
}
