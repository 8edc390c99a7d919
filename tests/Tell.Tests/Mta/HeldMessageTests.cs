using System.Net;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;
using Tell.Mta.Routing;
using Tell.Mta.Statistics;
using Tell.Tests.LocalDelivery;

namespace Tell.Tests.Mta;

/// <summary>The sentences of the article on message queues about held messages (seed 001), each as a test.</summary>
public sealed class HeldMessageTests
{
    private static readonly IPNetwork Everybody = IPNetwork.Parse("192.0.2.0/24");

    // "If the MTA detects that messages are bouncing between servers or channels, delivery is halted and the messages are stored in a file with the
    // suffix .HELD in the msg-srv-base/data/queue/channel directory." "Typically, a message loop occurs because each server or channel thinks the other is responsible for delivery of the message."
    // "Once a message has looped through the MTA enough to accumulate MAX_RECEIVED_LINES header lines indicating the local MTA, then the message
    // becomes .HELD." "You need to manually fix these .HELD messages with the imsimta process held command."
    [Fact]
    public void Two_servers_that_think_the_other_is_responsible_halt_a_message_and_an_operator_lets_it_go_one_round_more()
    {
        var world = new World();
        var one = world.Node("one.test", settings => settings with { RelayClients = [Everybody], RelayHost = new HostPort("192.0.2.11", 25) });
        var two = world.Node("two.test", settings => settings with { RelayClients = [Everybody], RelayHost = new HostPort("192.0.2.10", 25) });
        world.Run(async () =>
        {
            await one.LoadAsync();
            await two.LoadAsync();
            await SmtpTalk.SendAsync(world, one, "eve@away.test", "bob@far.test", "Subject: round\r\n\r\nand round\r\n");
            await world.Until(() => one.In(WorkQueue.Inbound) is [{ State: DocumentState.Held }], "it is held");
            var held = one.In(WorkQueue.Inbound)[0];
            Assert.Equal("Loop: 11 Received fields name one.test, more than SMTPMTA_MaxOwnHops=10. When the circle is mended, QUEUE RELEASE lets it go on", held.Reason);
            Assert.Equal((11L, 10L), (one.Stat(Stat.Received), two.Stat(Stat.Received)));
            Assert.Equal((1L, 0L), (one.Stat(Stat.Loops), two.Stat(Stat.Loops)));
            Assert.Contains(held.Id.ToString(), Assert.Single(StoppedMail.Facts(one, "held")));
            await world.Pass(TimeSpan.FromDays(10));
            await one.Operations.HousekeepAsync(CancellationToken.None);
            Assert.Equal(DocumentState.Held, one.Get(held.Id)!.State);

            // Its next hop counts it again: nobody is ever sure that a circle is mended.
            Assert.Equal(1, (await one.Operations.Queues.ReleaseAsync(QueueSelection.Of(held.Id), "ada", CancellationToken.None)).Done);
            await world.Until(() => two.In(WorkQueue.Inbound) is [{ State: DocumentState.Held }], "the other holds it");
            Assert.Null(one.Get(held.Id));
            Assert.Equal((11L, 11L), (one.Stat(Stat.Received), two.Stat(Stat.Received)));
            Assert.Equal((1L, 1L), (one.Stat(Stat.Loops), two.Stat(Stat.Loops)));
            Assert.Contains("\"by\":\"ada\"", Assert.Single(StoppedMail.Facts(one, "released")));
            await two.Mta.DisposeAsync();
            await one.Mta.DisposeAsync();
        });
    }

    // "Messaging Server makes use of MAX_*_RECEIVED_LINES options that you set in the option.dat file to determine when a message is put into the .HELD
    // state." These count whoever wrote them.
    [Theory]
    [InlineData(3, 2, true)]
    [InlineData(3, 3, false)]
    public void More_Received_fields_than_allowed_hold_a_message_and_released_it_is_delivered(int most, int given, bool arrives)
    {
        var town = new Town(settings => settings with { MaxHops = most });
        town.Run(async () =>
        {
            await town.PersonAsync("ada");
            await town.SendAsync("ada@home.test", string.Concat(Enumerable.Range(1, given).Select(hop => $"Received: by h{hop}.test; x\r\n")) + "Subject: far\r\n\r\n");
            await town.World.Pass(TimeSpan.FromMinutes(1));
            Assert.Equal(arrives ? 1 : 0, town.Node.MailFile("ada").Count);
            if (arrives)
                return;
            Assert.StartsWith("Loop: it has 4 Received fields, more than SMTPMTA_MaxHops=3. ", Assert.Single(town.Node.In(WorkQueue.Inbound)).Reason);
            await town.Node.Operations.Queues.ReleaseAsync(QueueSelection.Held, "ada", CancellationToken.None);
            await town.World.Until(() => town.Node.MailFile("ada").Count == 1, "it is delivered");
            Assert.Empty(town.Reports);
        });
    }

    // "You can cause the MTA to immediately recognize that it has connected to itself, rather than waiting to accumulate MAX_LOCAL_RECEIVED_LINES local
    // Received: headers, by specifying the loopcheck keyword on the appropriate channel(s) in the imta.cnf file." The next hop is one that an operator named, so that no name tells anything.
    [Fact]
    public void An_MTA_that_has_connected_to_itself_recognises_it_at_once_and_sends_nothing()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { RelayClients = [Everybody], RelayHost = new HostPort("192.0.2.10", 25) });
        world.Run(async () =>
        {
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "bob@far.test");
            await world.Until(() => node.In(WorkQueue.Outbound) is [{ State: DocumentState.Held }], "it is held");
            var held = node.In(WorkQueue.Outbound)[0];
            Assert.Contains("is this host: it offers our own XLOOP", held.Reason);
            Assert.Equal((0L, 1L), (node.Stat(Stat.Received), node.Stat(Stat.Loops)));

            // Released it goes, once: what comes back is another document, and the next that goes by this way is held as before.
            await node.Operations.Queues.ReleaseAsync(QueueSelection.Held, "ada", CancellationToken.None);
            await world.Until(() => node.Stat(Stat.Received) == 1 && node.In(WorkQueue.Outbound) is [{ State: DocumentState.Held }], "it has gone round");
            Assert.NotEqual(held.Id, node.In(WorkQueue.Outbound)[0].Id);
            await node.SendAsync("ada@elsewhere.test", "bob@far.test");
            await world.Until(() => node.In(WorkQueue.Outbound).Count(document => document.State == DocumentState.Held) == 2, "the next is held, too");
            Assert.Equal((1L, 3L), (node.Stat(Stat.Received), node.Stat(Stat.Loops)));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void Without_the_loop_check_it_goes_round_until_its_own_Received_fields_are_too_many()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { RelayClients = [Everybody], RelayHost = new HostPort("192.0.2.10", 25), LoopCheck = false });
        world.Run(async () =>
        {
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "bob@far.test");
            await world.Until(() => node.In(WorkQueue.Inbound) is [{ State: DocumentState.Held }], "it is held");
            Assert.Equal((11L, 1L), (node.Stat(Stat.Received), node.Stat(Stat.Loops)));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void What_one_MTA_offers_with_XLOOP_no_other_does_and_none_twice()
    {
        var world = new World();
        var (one, two, three) = (world.Node("mta.test"), world.Node("mta.test"), world.Node("other.test"));
        string[] tokens = [.. new[] { one, two, three }.SelectMany(node => new[] { node.Mta.Context.LoopTokens.Begin().Word, node.Mta.Context.LoopTokens.Begin().Word })];
        Assert.Equal(6, tokens.Distinct().Count());
        Assert.All(tokens, token => Assert.Matches("^[0-9a-f]{32}$", token));
    }

    // "There is an unfortunate collision of terminology and concepts between .held messages and the hold channel. And worse still, the command to process
    // .held messages is called release, whereas the command to process messages on the hold channel is called process_held." "You use the hold channel
    // to hold messages of a recipient temporarily prevented from receiving new messages."
    [Fact]
    public void Held_messages_and_those_of_the_hold_queue_are_told_apart_and_each_command_takes_its_own()
    {
        var town = new Town(settings => settings with { MaxHops = 1 });
        town.Run(async () =>
        {
            await town.PersonAsync("ada");
            await town.PersonAsync("bob", hold: true);
            await town.SendAsync("bob@home.test");
            await town.SendAsync("ada@home.test", "Received: by a.test; x\r\n\r\n");
            await town.World.Until(() => town.Node.View(new QueueView { State = DocumentState.Held }).Count == 2, "both are held");
            var desk = town.Node.Operations.Queues;
            var held = (await desk.ListAsync(QueueSelection.Held, null, 10, CancellationToken.None)).Documents;
            Assert.Equal(["bob is on hold"], held.Where(QueueDesk.IsOfHoldQueue).Select(document => document.Reason!));

            Assert.Equal(0, (await town.Node.Operations.Holds.ReleaseAsync("ada", CancellationToken.None)).Released);
            var released = await desk.ReleaseAsync(QueueSelection.Held, "ada", CancellationToken.None);
            Assert.Equal((1L, 1L), (released.Done, released.LeftDocuments));
            Assert.Contains("PROCESS_HELD", released.Left[0].Reason);
            await town.World.Until(() => town.Node.MailFile("ada").Count == 1, "what went in circles is there");

            await town.World.Pass(TimeSpan.FromDays(30));
            await town.PersonAsync("bob");
            Assert.Equal(1, (await town.Node.Operations.Holds.ReleaseAsync(null, CancellationToken.None)).Released);
            await town.World.Until(() => town.Node.MailFile("bob").Count == 1, "what was on hold is there");
        });
    }

    // "For example, you might be moving a user's mailbox and want to hold new incoming messages." "The hold channel is located in the msg-svr-base/queue/hold directory.
    // Messages are written to this queue as ZZxxx.held files." (ZZ: never tried.) "You release these files with the imsimta qm release command, and the reprocess daemon
    // reprocesses them." Here they lie in MAIL.BOX, the command is the one that the article says is the right one, and routing begins anew.
    [Fact]
    public void While_a_mailbox_is_moved_its_new_mail_is_held_untried_and_released_it_goes_where_the_mailbox_is_now()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada");
            await town.SendAsync("ada@home.test", "Subject: Old\r\n\r\n");
            await town.World.Until(() => town.Node.MailFile("ada").Count == 1, "what came before is filed");
            await town.PersonAsync("ada", hold: true);
            await town.SendAsync("ada@home.test", "Subject: New\r\n\r\n");
            await town.World.Until(() => town.Node.In(WorkQueue.MailBox).Count == 1, "what comes now is held");
            await town.Node.Operations.DeliverNowAsync(null, CancellationToken.None);
            await town.World.Pass(TimeSpan.FromDays(1));
            var held = Assert.Single(town.Node.In(WorkQueue.MailBox));
            Assert.Equal((DocumentState.Held, 0, true), (held.State, held.AttemptCount, QueueDesk.IsOfHoldQueue(held)));
            Assert.Empty(town.Node.Get(held.Id)!.Attempts);
            // QUEUE RELEASE leaves it alone: the collision of terms.
            Assert.Equal(0, (await town.Node.Operations.Queues.ReleaseAsync(QueueSelection.Of(held.Id), "ann", CancellationToken.None)).Done);

            await town.PersonAsync("ada", forward: "ada@far.test");
            Assert.Equal(1, (await town.Node.Operations.Holds.ReleaseAsync("ada", CancellationToken.None)).Released);
            await town.SettledAsync();
            Assert.Single(town.Node.MailFile("ada"));
            var moved = Assert.Single(town.Peer.Mail);
            Assert.Equal("ada@far.test", moved.Envelope.Recipients.Single().Address.ToString());
            Assert.Contains("Subject: New", moved.Message, StringComparison.Ordinal);
        });
    }

    // "Because the job controller doesn't "see" these .held files, they are not dequeued for delivery."
    [Fact]
    public void What_an_operator_holds_is_not_sent_before_it_is_released()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => DeliveryReportTaskTests.Routed(settings, ("one.test", peer)));
        world.Run(async () =>
        {
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "bob@one.test");
            await world.Until(() => node.In(WorkQueue.Outbound) is [{ State: DocumentState.Failure, Due: not null }], "it waits");
            var id = node.In(WorkQueue.Outbound)[0].Id;
            var held = await node.Operations.Queues.HoldAsync(QueueSelection.Waiting with { To = "@one.test", Queue = WorkQueue.Outbound }, "ada", "bob is on hold", CancellationToken.None);
            Assert.Equal(1, held.Done);
            Assert.Equal("bob is on hold (held by ada)", node.Get(id)!.Reason);
            Assert.False(QueueDesk.IsOfHoldQueue(node.Get(id)!));
            await peer.UpAsync();
            await node.Operations.DeliverNowAsync(null, CancellationToken.None);
            await world.Pass(TimeSpan.FromDays(10));
            Assert.Empty(peer.Mail);

            await node.Operations.Queues.ReleaseAsync(QueueSelection.Of(id), "ada", CancellationToken.None);
            await world.Until(() => peer.Mail.Count == 1, "it is sent");
            Assert.Contains("\"by\":\"ada\"", Assert.Single(StoppedMail.Facts(node, "held")));
            await node.Mta.DisposeAsync();
        });
    }
}
