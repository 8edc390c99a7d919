using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Statistics;

namespace Tell.Tests.Mta;

/// <summary>What becomes of a message whose session was lost.</summary>
public sealed class LostSessionStoryTests
{
    private readonly World _world = new();
    private readonly RawPeer _peer;
    private readonly Node _node;

    public LostSessionStoryTests()
    {
        _peer = new RawPeer(_world, "192.0.2.90");
        _node = _world.Node("mta.test", settings => settings with
        {
            Routes = settings.Routes.Add(Domain.Parse("one.test"), _peer.Host),
            RetryIntervals = [TimeSpan.FromHours(4)],
            DelayWarningAfter = [],
        });
    }

    // RFC 1047: whether the peer has the message nobody can know.
    [Fact]
    public void A_peer_that_closes_after_the_final_dot_leaves_a_message_in_doubt_that_is_named_counted_and_tried_again() => Tell(async () =>
    {
        _peer.OnMessage = number => Task.FromResult(number == 1 ? null : "250 2.0.0 Ok");
        var sent = await _node.SendAsync("ada@elsewhere.test", "bob@one.test");
        await _world.Until(() => _node.Stat(Stat.InDoubt) == 1, "it is in doubt", TimeSpan.FromMinutes(1));
        var waiting = Assert.Single(_node.In(WorkQueue.Outbound));
        var attempt = Assert.Single(_node.Get(waiting.Id)!.Attempts);
        Assert.Equal("end of data", attempt.Phase);
        Assert.Contains("in doubt", attempt.Text, StringComparison.Ordinal);
        Assert.Equal(0, _node.Stat("MTA.Destinations.Down"));
        await _world.Until(() => _node.In(WorkQueue.Outbound).Count == 0, "it was tried again", TimeSpan.FromHours(5));
        Assert.Equal((2, 1L), (_peer.Messages, _node.Stat(Stat.InDoubt)));
    });

    private void Tell(Func<Task> story) => _world.Run(async () =>
    {
        await _peer.UpAsync();
        await _node.LoadAsync();
        await story();
        await _node.Mta.DisposeAsync();
    });
}
