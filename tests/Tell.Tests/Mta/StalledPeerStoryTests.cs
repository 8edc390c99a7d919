using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;
using Tell.Mta.Statistics;

namespace Tell.Tests.Mta;

/// <summary>A peer that begins a reply ("55") and says nothing more, until our patience ends (RFC 5321 4.5.3.2).</summary>
public sealed class StalledPeerStoryTests
{
    private static readonly TimeSpan ALittle = TimeSpan.FromSeconds(20);

    private readonly World _world = new();
    private readonly RawPeer _peer;

    public StalledPeerStoryTests() => _peer = new RawPeer(_world, "192.0.2.90") { Offers = ["PIPELINING"] };

    // RFC 5321 4.5.3.2: 5 minutes for the greeting, MAIL and RCPT, 2 for DATA, 10 for the end of data; "EHLO" is a command like others.
    [Theory]
    [InlineData("", "no greeting within 5 minutes", 5)]
    [InlineData("EHLO", "no reply to EHLO within 5 minutes", 5)]
    [InlineData("MAIL", "no reply to MAIL within 5 minutes", 5)]
    [InlineData("RCPT", "no reply to RCPT within 5 minutes", 5)]
    [InlineData("DATA", "no reply to DATA within 2 minutes", 2)]
    [InlineData(".", "no reply to the end of data within 10 minutes", 10)]
    public void A_first_session_that_stalls_holds_its_own_document_and_no_other(string verb, string words, int minutes) => Tell(async node =>
    {
        _peer.Stalls = (session, said) => session == 1 && said == verb;
        await SendAsync(node, 10);
        await _world.Until(() => _peer.Messages == 9, "the others are there", ALittle);
        var begun = _world.Time.GetUtcNow();
        await _world.Pass(TimeSpan.FromSeconds(1));
        var stalled = Assert.Single(node.In(WorkQueue.Outbound), document => document.State == DocumentState.LockedForXmit);
        await _world.Until(() => node.Get(stalled.Id)?.State != DocumentState.LockedForXmit, "its time is over", TimeSpan.FromMinutes(11));
        Assert.InRange(_world.Time.GetUtcNow() - begun, TimeSpan.FromMinutes(minutes) - ALittle, TimeSpan.FromMinutes(minutes));
        Assert.Equal(0, node.Stat("MTA.Destinations.Down"));
        // Before its message has begun nothing keeps it from going over another session.
        if (verb is "" or "EHLO")
            Assert.Equal(10, _peer.Messages);
        else
            Assert.Contains(words, Assert.Single(node.Get(stalled.Id)!.Attempts).Text, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("")]
    [InlineData("RCPT")]
    [InlineData(".")]
    public void A_stalled_session_of_a_peer_that_is_taken_to_bear_one_holds_no_other_mail(string verb) => Tell(async node =>
    {
        await NarrowAsync(node);
        var (before, sessions) = (_peer.Messages, _peer.Sessions);
        _peer.Stalls = (session, said) => session == sessions + 1 && said == verb;
        await SendAsync(node, 50);
        await _world.Until(() => _peer.Messages >= before + 49, "the others are there", ALittle);
        Assert.InRange(_peer.Sessions, sessions + 2, sessions + 3);
    });

    // An operator who allows one connection means one: but what waits for it is his to look at, to hold and to send elsewhere.
    [Fact]
    public void Where_no_other_session_may_be_opened_what_waits_for_one_that_stalls_goes_back_to_its_queue() => Tell(async node =>
    {
        _peer.Stalls = (session, said) => session == 1 && said == "RCPT";
        await SendAsync(node, 10);
        await _world.Pass(ALittle);
        Assert.Equal((1, 1), (_peer.Sessions, _peer.Open));
        Assert.Equal(9, node.In(WorkQueue.Outbound).Count(document => document is { State: DocumentState.Pending, AttemptCount: 0 }));
        await SendAsync(node, 10);
        await _world.Pass(ALittle);
        Assert.Equal(19, node.In(WorkQueue.Outbound).Count(document => document is { State: DocumentState.Pending, AttemptCount: 0 }));
        await _world.Until(() => _peer.Messages == 19, "the others are there", TimeSpan.FromMinutes(6));
    }, settings => settings with { ConnectionsPerDestination = 1 });

    [Fact]
    public void A_peer_that_bears_one_session_and_stalls_in_it_is_asked_for_another_now_and_then() => Tell(async node =>
    {
        await NarrowAsync(node);
        await _world.Until(() => _peer.Open == 0, "all sessions are over");
        var (before, sessions) = (_peer.Messages, _peer.Sessions);
        _peer.MostSessions = 1;
        _peer.Stalls = (session, said) => session == sessions + 1 && said == "RCPT";
        await SendAsync(node, 50);
        await _world.Pass(TimeSpan.FromMinutes(4.9));
        Assert.InRange(_peer.Sessions - sessions, 3, 6);
        Assert.Equal(49, node.In(WorkQueue.Outbound).Count(document => document is { State: DocumentState.Pending, AttemptCount: 0 }));
        await _world.Until(() => _peer.Messages == before + 49, "the others are there", TimeSpan.FromMinutes(1));
        Assert.Equal(0, node.Stat("MTA.Destinations.Down"));
    });

    [Fact]
    public void A_peer_that_stalls_in_every_session_gets_few_of_them_and_holds_few_documents() => Tell(async node =>
    {
        _peer.Stalls = (_, said) => said == ".";
        await SendAsync(node, 50);
        await _world.Pass(TimeSpan.FromMinutes(9));
        Assert.InRange(_peer.Sessions, 2, 7);
        Assert.Equal(_peer.Sessions, node.In(WorkQueue.Outbound).Count(document => document.State == DocumentState.LockedForXmit));
    });

    [Fact]
    public void A_peer_that_greets_nobody_is_down_and_its_mail_waits_as_if_it_refused_connections() => Tell(async node =>
    {
        _peer.Stalls = (_, said) => said == "";
        await SendAsync(node, 50);
        await _world.Until(() => node.Stat("MTA.Destinations.Down") == 1, "it is down", TimeSpan.FromMinutes(5.1));
        await _world.Pass(TimeSpan.FromHours(3.5));
        Assert.InRange(_peer.Sessions, 2, 6);
        Assert.Equal(0, _peer.Open);
        Assert.All(node.In(WorkQueue.Outbound), document => Assert.NotEqual(DocumentState.LockedForXmit, document.State));
        Assert.InRange(node.In(WorkQueue.Outbound).Count(document => document.AttemptCount > 0), 1, 6);
    });

    [Fact]
    public void A_peer_that_stalls_in_its_goodbye_delays_mail_by_seconds() => Tell(async node =>
    {
        _peer.Stalls = (_, said) => said == "QUIT";
        await SendAsync(node, 10);
        await _world.Until(() => _peer.Messages == 10, "all are there", TimeSpan.FromSeconds(30));
    }, settings => settings with { MessagesPerConnection = 1 });

    // Eight sessions that are lost after the end of data, and the peer is taken to bear one.
    private async Task NarrowAsync(Node node)
    {
        await SendAsync(node, 1);
        await _world.Until(() => _peer.Messages == 1, "it is up");
        _peer.OnMessage = _ => Task.FromResult<string?>(null);
        for (var i = 1; i <= 8; i++)
        {
            await SendAsync(node, 1);
            await _world.Until(() => node.Stat(Stat.InDoubt) == i, "a session is lost");
        }
        _peer.OnMessage = _ => Task.FromResult<string?>("250 2.0.0 Ok");
        Assert.Equal(1, Assert.Single(node.Operations.ShowDestinations()).Bears);
        await node.Operations.Queues.DeleteAsync(QueueSelection.Waiting, "ada", CancellationToken.None);
    }

    private static async Task SendAsync(Node node, int count)
    {
        for (var i = 0; i < count; i++)
            await node.SendAsync("ada@elsewhere.test", $"r{i}@one.test");
    }

    private void Tell(Func<Node, Task> story, Func<MtaSettings, MtaSettings>? change = null) => _world.Run(async () =>
    {
        var node = _world.Node("mta.test", settings => (change ?? (same => same))(settings with
        {
            Routes = settings.Routes.Add(Domain.Parse("one.test"), _peer.Host),
            RetryIntervals = [TimeSpan.FromHours(4)],
            DelayWarningAfter = [],
        }));
        await _peer.UpAsync();
        await node.LoadAsync();
        await story(node);
        await node.Mta.DisposeAsync();
    });
}
