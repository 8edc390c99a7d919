using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;
using Tell.Mta.Statistics;
using Tell.Smtp;

namespace Tell.Tests.Mta;

/// <summary>Dead mail that is tried again by itself (SMTPMTA_DeadRetries).</summary>
public sealed class DeadRetrierTests
{
    private static readonly Reply NoSuchUser = Reply.Of(550, "5.1.1", "No such user");

    // Facts lotus 6.5: "automatic processing ... count survives restarts".
    [Fact]
    public void Dead_mail_is_tried_again_by_itself_so_often_and_no_more_and_an_operator_uses_none_of_it_up()
    {
        var world = new World();
        var peer = world.Peer();
        peer.OnRecipient = _ => NoSuchUser;
        var node = world.Node("mta.test", settings => DeliveryReportTaskTests.Routed(settings, ("one.test", peer)) with
        {
            RelayClients = [System.Net.IPNetwork.Parse("192.0.2.0/24")],
            RelayFailures = RelayFailures.Dead,
            DeadRetries = 2,
            DeadRetryInterval = TimeSpan.FromHours(6),
        });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await SmtpTalk.SendAsync(world, node, "eve@away.test", "bob@one.test", "\r\n");
            await world.Until(IsDead, "it is dead");
            var id = node.In(WorkQueue.Outbound)[0].Id;
            await node.Operations.Queues.ReleaseAsync(QueueSelection.Of(id), "ada", CancellationToken.None);
            await world.Pass(TimeSpan.FromMinutes(5));
            Assert.Equal((DocumentState.Dead, 1, 0L), (node.Get(id)!.State, node.Get(id)!.Releases, node.Stat(Stat.DeadRetried)));
            await world.Pass(TimeSpan.FromHours(5.5));
            Assert.Equal(0, node.Stat(Stat.DeadRetried));
            await world.Pass(TimeSpan.FromHours(1));
            Assert.Equal((DocumentState.Dead, 1L), (node.Get(id)!.State, node.Stat(Stat.DeadRetried)));

            await node.CrashAsync();
            await node.LoadAsync();
            await world.Pass(TimeSpan.FromHours(7));
            Assert.Equal((DocumentState.Dead, 2L), (node.Get(id)!.State, node.Stat(Stat.DeadRetried)));
            await world.Pass(TimeSpan.FromDays(20));
            Assert.Equal((DocumentState.Dead, 2L), (node.Get(id)!.State, node.Stat(Stat.DeadRetried)));
            Assert.Equal(4, node.Get(id)!.Attempts.Count(attempt => attempt.Code == 550));
            Assert.Equal(["1 of 2; it was dead", "2 of 2; it was dead"], node.Get(id)!.Attempts.Where(attempt => attempt.Phase == "tried again by itself").Select(attempt => attempt.Text.Split(':')[0]));
            // What is spent is not asked for more than now and then.
            Assert.Equal(3, StoppedMail.Facts(node, "released").Length);
            await node.Mta.DisposeAsync();

            bool IsDead() => node.In(WorkQueue.Outbound) is [{ State: DocumentState.Dead }];
        });
    }

    // SMTPMTA_DeadRetryInterval: "How long a message is dead before it is tried again." What waited for five days and was tried last on the first is dead since its end.
    [Fact]
    public void What_is_dead_for_its_age_is_tried_again_an_interval_after_its_end_and_not_after_its_last_attempt()
    {
        var (world, node) = StoppedMail.Alone(settings => settings with { DeadRetries = 1, DeadRetryInterval = TimeSpan.FromHours(6) });
        world.Run(async () =>
        {
            var first = new Attempt { Time = world.Time.GetUtcNow(), Phase = "connecting", Text = "no connection" };
            var old = await node.PutAsync(StoppedMail.Of("a@x.test", "old@y.test", reason: "Delivery time expired") with { Attempts = [first] });
            var refused = await node.PutAsync(StoppedMail.Of("a@x.test", "refused@y.test") with { Attempts = [first] });
            await world.Pass(TimeSpan.FromDays(5));
            var retrier = new Tell.Mta.Reports.DeadRetrier(node.Mta.Context);
            await retrier.RoundAsync(CancellationToken.None);
            Assert.Equal((DocumentState.Dead, DocumentState.Pending), (node.Get(old)!.State, node.Get(refused)!.State));
            await world.Pass(TimeSpan.FromHours(6));
            await retrier.RoundAsync(CancellationToken.None);
            Assert.Equal(DocumentState.Pending, node.Get(old)!.State);
        });
    }

    // A parent says what its children do not: they are what can be tried.
    [Fact]
    public void A_dead_parent_is_not_tried_again_while_it_has_children()
    {
        var (world, node) = StoppedMail.Alone(settings => settings with { DeadRetries = 1, DeadRetryInterval = TimeSpan.FromHours(6) });
        world.Run(async () =>
        {
            var parent = await node.PutAsync(StoppedMail.Of("a@x.test", "b@y.test") with { Queue = WorkQueue.SmtpBox, Destination = "" });
            await node.PutAsync(StoppedMail.Of("a@x.test", "b@y.test", DocumentState.Held) with { Parent = parent });
            Assert.Equal(1, node.Get(parent)!.Children);
            await world.Pass(TimeSpan.FromDays(1));
            await new Tell.Mta.Reports.DeadRetrier(node.Mta.Context).RoundAsync(CancellationToken.None);
            Assert.Equal((DocumentState.Dead, 0L), (node.Get(parent)!.State, node.Stat(Stat.DeadRetried)));
        });
    }

    [Fact]
    public void Without_the_setting_no_dead_mail_is_tried_again()
    {
        var (world, node) = StoppedMail.Alone();
        world.Run(async () =>
        {
            var id = await node.PutAsync(StoppedMail.Of("a@x.test", "b@y.test"));
            await node.LoadAsync();
            await world.Pass(TimeSpan.FromDays(30));
            Assert.Equal((DocumentState.Dead, 0L), (node.Get(id)!.State, node.Stat(Stat.DeadRetried)));
            await node.Mta.DisposeAsync();
        });
    }

    // A round looks at a bounded number, the next at the rest; and when all are spent, at none for a while.
    [Fact]
    public void Many_dead_documents_are_looked_at_in_shares_and_those_that_are_spent_seldom()
    {
        const int all = 6000;
        var (world, node) = StoppedMail.Alone(settings => settings with { DeadRetries = 1, DeadRetryInterval = TimeSpan.FromHours(6) });
        world.Run(async () =>
        {
            var queues = node.Mta.Context.Queues;
            var spent = new Attempt { Time = world.Time.GetUtcNow(), Phase = "tried again by itself", Text = "" };
            foreach (var some in Enumerable.Range(0, all).Chunk(1000))
                await queues.PutAsync([.. some.Select(i => StoppedMail.Of("a@x.test", $"u{i}@y.test") with { Id = queues.NewId(), Attempts = [spent] })], [], CancellationToken.None);
            var last = await node.PutAsync(StoppedMail.Of("a@x.test", "last@y.test"));
            await world.Pass(TimeSpan.FromHours(7));
            var views = 0;
            node.Stores.Viewed = view => views += view.State == DocumentState.Dead ? 1 : 0;
            var retrier = new Tell.Mta.Reports.DeadRetrier(node.Mta.Context);
            for (var round = 1; round <= 3; round++)
            {
                await retrier.RoundAsync(CancellationToken.None);
                Assert.Equal(4 * round, views);
                Assert.Equal(DocumentState.Dead, node.Get(last)!.State);
            }
            await retrier.RoundAsync(CancellationToken.None);
            Assert.Equal((13, DocumentState.Pending), (views, node.Get(last)!.State));
            for (var round = 0; round < 100; round++)
            {
                await world.Pass(TimeSpan.FromMinutes(3));
                await retrier.RoundAsync(CancellationToken.None);
            }
            Assert.Equal(13, views);
        });
    }
}
