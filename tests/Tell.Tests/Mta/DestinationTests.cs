using System.Collections.Immutable;
using System.Net;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;
using Tell.Mta.Statistics;
using Tell.Smtp;
using static Tell.Tests.Mta.DeliveryReportTaskTests;

namespace Tell.Tests.Mta;

/// <summary>How next hops behave when peers, the store or the operator do the unexpected.</summary>
public sealed class DestinationTests
{
    [Fact]
    public void Mail_put_while_a_lane_is_being_asked_is_not_overlooked()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            var (armed, late) = (false, false);
            node.Stores.Taken = async (queue, _) =>
            {
                if (queue == WorkQueue.Outbound && armed && !late)
                {
                    late = true;
                    await node.SendAsync("ada@elsewhere.test", "late@one.test");
                    await world.Pass(TimeSpan.FromMilliseconds(200));
                }
            };
            await node.SendAsync("ada@elsewhere.test", "first@one.test");
            await world.Until(() => peer.Mail.Count == 1, "the first is there");
            armed = true;
            await node.SendAsync("ada@elsewhere.test", "second@one.test");
            await world.Until(() => late && peer.Mail.Count == 3, "the late one is there too", TimeSpan.FromSeconds(5));
            await node.Mta.DisposeAsync();
        });
    }

    [Theory]
    [InlineData("take")]
    [InlineData("renew")]
    [InlineData("lanes")]
    [InlineData("due")]
    public void A_fault_of_the_store_delays_mail_and_strands_none(string verb)
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "before@one.test");
            await world.Until(() => peer.Mail.Count == 1, "mail flows");
            node.Stores.Before = called => called == verb ? new StoreException(StoreFault.InputOutput, "The disk is gone.") : null;
            await node.SendAsync("ada@elsewhere.test", "meanwhile@one.test");
            await world.Pass(TimeSpan.FromMinutes(5));
            node.Stores.Mend();
            await node.SendAsync("ada@elsewhere.test", "after@one.test");
            await world.Until(() => peer.Mail.Count == 3, "all three are there", TimeSpan.FromMinutes(2));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_full_disk_does_not_keep_the_MTA_from_stopping_and_costs_nothing_but_time()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            peer.OnMessage = _ =>
            {
                node.Stores.Fill();
                return null;
            };
            for (var i = 0; i < 30; i++)
                await node.SendAsync("ada@elsewhere.test", $"r{i}@one.test");
            await world.Until(() => peer.Mail.Count > 0, "the disk is full");
            await world.Pass(TimeSpan.FromSeconds(30));
            var asked = world.Time.GetUtcNow();
            await node.Operations.QuitAsync(CancellationToken.None);
            Assert.InRange(world.Time.GetUtcNow() - asked, TimeSpan.Zero, TimeSpan.FromSeconds(5));
            peer.OnMessage = _ => null;
            node.Stores.Mend();
            await node.LoadAsync();
            await world.Until(() => WorkQueues.All.All(queue => node.In(queue).Count == 0), "all queues are empty");
            Assert.Equal(30, peer.Mail.Select(mail => mail.Envelope.Recipients[0].Address).Distinct().Count());
            Assert.Equal(0, node.Stat(Stat.Dead));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_large_backlog_for_one_domain_does_not_hold_up_another_behind_the_same_relay_host()
    {
        var world = new World();
        var relay = world.Peer();
        var node = world.Node("mta.test", settings => settings with { RelayHost = relay.Host, ConnectionsPerDestination = 1 });
        world.Network.To(relay.Endpoint).Latency = TimeSpan.FromMilliseconds(10);
        world.Run(async () =>
        {
            await node.LoadAsync();
            await node.Operations.StopAsync(TaskSelection.OutboundTransport, CancellationToken.None);
            for (var i = 0; i < 500; i++)
                await node.SendAsync("ada@elsewhere.test", $"r{i}@big.test");
            await world.Until(() => node.In(WorkQueue.Outbound).Count == 500, "the backlog is there");
            await node.SendAsync("ada@elsewhere.test", "bob@small.test");
            await world.Until(() => node.In(WorkQueue.Outbound).Count == 501, "and one for somebody else");
            await relay.UpAsync();
            await node.Operations.StartAsync(TaskSelection.OutboundTransport, CancellationToken.None);
            await world.Until(() => relay.Mail.Count == 501, "all are there");
            Assert.InRange(relay.Mail.FindIndex(mail => mail.Envelope.Recipients[0].Address.LocalPart == "bob"), 0, 50);
            await node.Mta.DisposeAsync();
        });
    }

    // One next hop is down for five days and 1,000 documents wait: what that costs depends on the schedule and not on the documents.
    [Fact]
    public void Five_days_of_a_destination_that_is_down_cost_its_schedule_and_every_sender_hears_of_it()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            for (var i = 0; i < 1000; i++)
                await node.SendAsync("ada@home.test", $"r{i}@one.test");
            await world.Pass(TimeSpan.FromDays(5) + TimeSpan.FromMinutes(5));
            Assert.Equal((1000, 1000), (node.Stat(Stat.DelayReports), node.Stat(Stat.Reports)));
            // At once, after 5, 15 and 30 minutes, 1 and 2 hours, and then every 4 hours for five days.
            Assert.InRange(world.Network.Attempts.Count, 30, 40);
            Assert.InRange(node.Stat(Stat.Attempts), 30, 40);
            Assert.All(WorkQueues.All, queue => Assert.Empty(node.In(queue)));
            Assert.Equal(2000, await node.FiledAsync("ada"));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_host_that_takes_connections_and_no_message_is_down_and_frees_no_waiting_mail()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)));
        peer.OnMail = () => Reply.Of(421, "4.3.2", "Shutting down");
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            for (var i = 0; i < 100; i++)
                await node.SendAsync("ada@elsewhere.test", $"r{i}@one.test");
            await world.Pass(TimeSpan.FromHours(4));
            // At first it seems to be up, so each of twenty sessions finds out; then one does, after 5, 20, 50, 110 and 230 minutes.
            Assert.InRange(world.Network.Attempts.Count, 6, 26);
            peer.OnMail = () => null;
            await world.Until(() => peer.Mail.Count == 100, "all are there when it is itself again", TimeSpan.FromHours(5));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_recipient_that_is_put_off_keeps_its_age_when_the_others_are_delivered()
    {
        var world = new World();
        var peer = world.Peer();
        var opened = 0;
        peer.OnRecipient = mailbox => int.Parse(mailbox.LocalPart[1..]) < opened ? null : Reply.Of(450, "4.2.1", "Come back");
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { LocalDomains = [Domain.Parse("home.test")], DelayWarningAfter = [] });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            var parent = await node.SendAsync("ada@home.test", "r0@one.test, r1@one.test, r2@one.test");
            await world.Pass(TimeSpan.FromDays(2));
            opened = 1;
            await world.Pass(TimeSpan.FromDays(2));
            opened = 2;
            await world.Until(() => node.MailFile("ada").Count == 1, "the last is given up", TimeSpan.FromDays(1) + TimeSpan.FromMinutes(3));
            Assert.Contains("r2@one.test", node.MailFile("ada")[0]["IntendedRecipient"]!.Texts);
            Assert.Equal(2, peer.Mail.Count);
            await world.Until(() => node.Get(parent) is null, "the parent is gone");
            Assert.Equal(2, node.Stat(Stat.DeliveredRecipients));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_changed_log_level_disturbs_no_transmission_and_a_changed_route_moves_the_mail()
    {
        var world = new World();
        var (slow, other) = (world.Peer(), world.Peer());
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", slow)));
        world.Network.To(slow.Endpoint).Latency = TimeSpan.FromSeconds(5);
        world.Run(async () =>
        {
            await slow.UpAsync();
            await other.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "bob@one.test");
            await world.Pass(TimeSpan.FromSeconds(12));
            node.Source.Settings = node.Source.Settings with { LogLevel = LoggingLevel.Verbose };
            Assert.True((await node.Operations.RefreshAsync(CancellationToken.None)).Changed);
            await world.Until(() => slow.Mail.Count == 1, "the one on its way arrives");
            await world.Until(() => node.In(WorkQueue.Outbound).Count == 0, "and is done with");
            Assert.Single(world.Network.Attempts);
            node.Source.Settings = Routed(node.Source.Settings, ("one.test", other));
            await node.Operations.RefreshAsync(CancellationToken.None);
            await node.SendAsync("ada@elsewhere.test", "bob@one.test");
            await world.Until(() => other.Mail.Count == 1, "the next goes the new way");
            await node.Mta.DisposeAsync();
        });
    }

    // A store that is slow with the look at the lanes for longer than the pause between two of them.
    [Fact]
    public void A_look_that_takes_minutes_leaves_the_loop_at_rest()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            node.Stores.Looking = () => slow.Task;
            await world.Pass(TimeSpan.FromMinutes(5));
            await node.SendAsync("ada@elsewhere.test", "a@one.test");
            await world.Until(() => peer.Mail.Count == 1, "mail flows meanwhile", TimeSpan.FromSeconds(10));
            slow.SetResult();
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void Deliver_now_takes_the_name_of_a_next_hop_too()
    {
        var world = new World();
        var peer = world.Peer();
        var greylisted = true;
        peer.OnRecipient = _ => greylisted ? Reply.Of(451, "4.7.1", "Greylisted") : null;
        var node = world.Node("mta.test", settings => settings with { RelayHost = peer.Host });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "a@one.test, b@two.test");
            await world.Until(() => node.In(WorkQueue.Outbound).Count(child => child.State == DocumentState.Failure) == 2, "both are put off");
            greylisted = false;
            Assert.Equal(2, await node.Operations.DeliverNowAsync(peer.Host.ToString(), CancellationToken.None));
            await world.Until(() => peer.Mail.Count == 2, "both are there", TimeSpan.FromSeconds(5));
            await node.Mta.DisposeAsync();
        });
    }
}
