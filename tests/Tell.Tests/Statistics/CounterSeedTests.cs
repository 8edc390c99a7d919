using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Statistics;
using Tell.Smtp;
using Tell.Tests.LocalDelivery;
using Tell.Tests.Mta;
using static Tell.Tests.Mta.DeliveryReportTaskTests;

namespace Tell.Tests.Statistics;

/// <summary>What seed 004 says of each number, sentence by sentence.</summary>
public sealed class CounterSeedTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    // "1) Received is the number of messages enqueued to the channel named tcp_local. That is, the messages enqueued (E records in the mail.log* file) to the
    // tcp_local channel by any other channel."
    // "4) Submitted is the number of messages enqueued (E records in the mail.log file) by the channel tcp_local to any other channel."
    // "in the conversion channel, a message would be enqueued by some other arbitrary channel, and then the conversion channel would process that message and
    // enqueue it to a third channel and mark the message as dequeued from its own queue. Each individual message takes a path:
    // elsewhere -> conversion E record Received; conversion -> elsewhere E record Submitted; conversion D record Delivered"
    // "Messages submitted to the SMTP server: tcp_local -> elsewhere E record Submitted. Messages sent out to other SMTP hosts via the SMTP client:
    // elsewhere -> tcp_local E record Received; tcp_local D record Delivered"
    [Fact]
    public void A_relayed_message_takes_the_path_of_the_conversion_channel() => Story((world, node, peer) => async () =>
    {
        await SmtpTalk.SendAsync(world, node, "ada@elsewhere.test", "bob@one.test,eve@one.test", "Subject: x\r\n\r\n");
        await world.Until(() => peer.Mail.Count == 1, "it is delivered");
        var (smtp, conversion) = (Account(node, Channels.Smtp), Account(node, Channels.Conversion));
        var whole = conversion.Traffic.Received;
        Assert.Equal((1, 2), (whole.Messages, whole.Recipients));
        Assert.Equal(node.Stat(Stat.ReceivedOctets), whole.Octets);
        Assert.Equal((whole, whole, whole), (smtp.Traffic.Submitted, conversion.Traffic.Submitted, conversion.Traffic.Delivered));
        Assert.Equal((whole, whole, 1), (smtp.Traffic.Received, smtp.Traffic.Delivered, smtp.Traffic.DeliveredFirst));
        Assert.Equal((1, 1), (smtp.Door!.InAssociations, smtp.Door.OutAssociations));
        Assert.Equal(whole, Destination(node, "one.test").Traffic.Delivered);
        Assert.Equal(default, smtp.Stored);
    });

    // "2) Stored is the number of messages stored in the channel queue to be delivered."
    // "5) Attempted is the number of messages which have experienced temporary problems in dequeuing, that is, Q or Z records in the mail.log* file."
    // "The MTA also keeps track of how many of the messages were dequeued upon first attempt; this number is shown in parentheses."
    // "8) Queue time/count is the average time-spent-in-queue for the delivered messages. This includes both the messages delivered upon the first attempt, see (9),
    // and the messages that required additional delivery attempts (hence typically spent noticeable time waiting fallow in the queue)."
    // "9) Queue first time/count is the average time-spent-in-queue for the messages delivered upon the first attempt."
    [Fact]
    public void What_is_tried_again_is_attempted_and_stored_and_its_time_is_no_first_time() => Story((world, node, peer) => async () =>
    {
        var busy = true;
        peer.OnRecipient = mailbox => mailbox.LocalPart == "later" && busy ? Reply.Of(451, "4.2.1", "Later") : null;
        await SmtpTalk.SendAsync(world, node, "ada@elsewhere.test", "now@one.test", "\r\n");
        await SmtpTalk.SendAsync(world, node, "ada@elsewhere.test", "later@one.test", "\r\n");
        await world.Until(() => node.In(WorkQueue.Outbound) is [{ State: DocumentState.Failure }], "one waits for another attempt");
        var smtp = Account(node, Channels.Smtp);
        Assert.Equal((1, 1), (smtp.Stored.Messages, smtp.Stored.Recipients));
        Assert.Equal((1, 1), (smtp.Traffic.Attempted.Messages, smtp.Traffic.Attempted.Recipients));
        Assert.Equal((1, 1), (smtp.Traffic.Delivered.Messages, smtp.Traffic.DeliveredFirst));
        busy = false;
        await world.Until(() => peer.Mail.Count == 2, "the other is delivered too");
        smtp = Account(node, Channels.Smtp);
        Assert.Equal((2, 1, 2), (smtp.Traffic.Delivered.Messages, smtp.Traffic.DeliveredFirst, smtp.Timed));
        Assert.True(smtp.Traffic.QueueTime - smtp.Traffic.QueueTimeFirst >= 60_000, "it waited for long");
        Assert.InRange(smtp.Traffic.QueueTimeFirst, 0, 5000);
        Assert.InRange(smtp.Percentiles.P99, 0.9 * (smtp.Traffic.QueueTime - smtp.Traffic.QueueTimeFirst), 1.1 * smtp.Traffic.QueueTime);
        Assert.Equal(default, smtp.Stored);
    });

    // A Z record: some recipients are done and others wait. No recipient is lost or counted twice.
    [Fact]
    public void A_message_whose_recipients_part_is_delivered_twice_and_its_recipients_once() => Story((world, node, peer) => async () =>
    {
        var busy = true;
        peer.OnRecipient = mailbox => mailbox.LocalPart switch
        {
            "later" when busy => Reply.Of(451, "4.2.1", "Later"),
            "nobody" => Reply.Of(550, "5.1.1", "No such user"),
            _ => null,
        };
        await SmtpTalk.SendAsync(world, node, "ada@elsewhere.test", "now@one.test,later@one.test,nobody@one.test", "\r\n");
        await world.Until(() => peer.Mail.Count == 1, "the first part is delivered");
        busy = false;
        await world.Until(() => peer.Mail.Count == 2, "the second is");
        var traffic = Account(node, Channels.Smtp).Traffic;
        Assert.Equal(3, traffic.Received.Recipients);
        Assert.Equal(traffic.Received, traffic.Delivered);
        Assert.Equal((3, 3), (traffic.Delivered.Messages, traffic.Delivered.Recipients));
        Assert.Equal((1, 1), (traffic.Failed.Messages, traffic.Failed.Recipients));
        Assert.Equal((1, 1), (traffic.Attempted.Messages, traffic.Attempted.Recipients));
    });

    // "6) Rejected is the number of attempted enqueues which have been rejected, that is, J records in the mail.log* file."
    [Fact]
    public void What_is_refused_at_the_door_is_rejected() => Story((world, node, _) => async () =>
    {
        var sent = await SmtpTalk.SendAsync(world, node, "ada@elsewhere.test", "nobody@home.test,bob@home.test", "\r\n");
        Assert.Equal(250, sent.Recipients[1].Reply!.Code);
        node.Stores.Fill();
        await SmtpTalk.SendAsync(world, node, "ada@elsewhere.test", "bob@home.test", "\r\n");
        node.Stores.Mend();
        await SmtpTalk.SendAsync(world, node, "ada@elsewhere.test", "bob@home.test", string.Concat(Enumerable.Repeat($"X: {new string('x', 70)}\r\n", 20)) + "\r\n");
        var smtp = Account(node, Channels.Smtp);
        Assert.Equal((2, 3), (smtp.Door!.Rejected.Messages, smtp.Door.Rejected.Recipients));
        Assert.True(smtp.Door.Rejected.Octets > 0, "octets had come");
        Assert.Equal((1, 1), (smtp.Traffic.Submitted.Messages, smtp.Traffic.Submitted.Recipients));
        Assert.Equal((1, 2), (node.Stat(Stat.RefusedRecipients), node.Stat(Stat.RefusedMessages)));
    }, settings => settings with { MaxHeaderSize = 1000 });

    // "7) Failed is the number of attempted dequeues which have failed, that is, R records in the mail.log* file."
    // "A dequeue operation may either correspond to a successful delivery (that is, an enqueue to another channel), or to a dequeue due to the message being returned to
    // the sender."
    // "Note that the number of messages submitted can be greater than the number delivered. [...] For example, if a message has two recipients reached via different
    // channels, then two enqueues will be required. Or if a message bounces, a copy will go back to the sender"
    [Fact]
    public void Submitted_can_be_greater_than_Delivered() => Story((world, node, peer) => async () =>
    {
        peer.OnRecipient = _ => Reply.Of(550, "5.1.1", "No such user");
        await SmtpTalk.SendAsync(world, node, "ada@elsewhere.test", "bob@home.test,nobody@one.test", "Subject: x\r\n\r\n");
        await world.Until(() => node.MailFile("bob").Count == 1 && Account(node, Channels.Smtp).Traffic.Failed.Messages == 1, "one is filed and one refused");
        var conversion = Account(node, Channels.Conversion).Traffic;
        Assert.Equal((1, 2), (conversion.Delivered.Messages, conversion.Submitted.Messages));
        Assert.Equal((2, 2), (conversion.Delivered.Recipients, conversion.Submitted.Recipients));
        var smtp = Account(node, Channels.Smtp).Traffic;
        Assert.Equal((1, 1), (smtp.Failed.Messages, smtp.Delivered.Messages));
        Assert.Equal((1, 1), (Account(node, Channels.Local).Traffic.Delivered.Recipients, node.Stat(Stat.Filed)));
    });

    // "More generally, the connection between Submitted and Delivered varies according to type of channel."
    // "However, for a channel such as tcp_local which is not a "pass through," but rather has two separate pieces (slave and master), there is no connection between
    // Submitted and Delivered. The Submitted counter has to do with the SMTP server portion of the tcp_local channel, whereas the Delivered counter has to do with the SMTP
    // client portion of the tcp_local channel. Those are two completely separate programs, and the messages travelling through them may be completely separate."
    [Fact]
    public void Of_the_Internet_what_comes_in_is_submitted_and_what_goes_out_delivered_and_neither_needs_the_other() => Story((world, node, peer) => async () =>
    {
        for (var i = 0; i < 2; i++)
            await SmtpTalk.SendAsync(world, node, "ada@elsewhere.test", "bob@home.test", $"Subject: {i}\r\n\r\n");
        await world.Until(() => node.MailFile("bob").Count == 2, "what came in is filed");
        var smtp = Account(node, Channels.Smtp).Traffic;
        Assert.Equal((2, 0, 0), (smtp.Submitted.Messages, smtp.Received.Messages, smtp.Delivered.Messages));
        await node.SendAsync("bob@home.test", "eve@one.test");
        await world.Until(() => peer.Mail.Count == 1, "what goes out is there");
        await world.Pass(TimeSpan.FromMinutes(1));
        smtp = Account(node, Channels.Smtp).Traffic;
        Assert.Equal((2, 1, 1), (smtp.Submitted.Messages, smtp.Received.Messages, smtp.Delivered.Messages));
        var door = Account(node, Channels.Smtp).Door!;
        Assert.Equal((2, 1), (door.InAssociations, door.OutAssociations));
        // A pass-through hands on what it gets.
        var conversion = Account(node, Channels.Conversion).Traffic;
        Assert.Equal(conversion.Submitted.Messages, conversion.Delivered.Messages);
    });

    [Fact]
    public void A_report_is_submitted_by_the_channel_of_the_message_that_it_is_about() => Story((world, node, peer) => async () =>
    {
        peer.OnRecipient = _ => Reply.Of(550, "5.1.1", "No such user");
        await node.SendAsync("ada@home.test", "nobody@one.test");
        await world.Until(() => node.MailFile("ada").Count == 1, "the report is filed");
        var smtp = Account(node, Channels.Smtp).Traffic;
        Assert.Equal((1, 1, 1), (smtp.Failed.Messages, smtp.Delivered.Messages, smtp.Submitted.Messages));
        Assert.Equal((1, 1), (Account(node, Channels.Memo).Traffic.Submitted.Messages, Account(node, Channels.Local).Traffic.Received.Messages));
    });

    // "A negative value means that there were messages queued for a channel at the time that its counters were zeroed [...] When those messages were dequeued, the associated
    // counters for the channel were decremented". Here Stored is counted, and nothing is decremented.
    // "The command imta counters -clear or the imta qm command counters clear may be used to reset the counters to zero."
    [Fact]
    public void Where_counters_are_cleared_while_mail_is_queued_nothing_becomes_negative() => Story((world, node, peer) => async () =>
    {
        peer.OnRecipient = _ => Reply.Of(451, "4.2.1", "Later");
        for (var i = 0; i < 3; i++)
            await node.SendAsync("ada@home.test", $"u{i}@one.test");
        await world.Until(() => node.In(WorkQueue.Outbound).Count(child => child.State == DocumentState.Failure) == 3, "they are queued");
        await node.Operations.Statistics.ResetAsync(null, None);
        Assert.All(await node.Operations.Statistics.ShowAsync("MTA.Channel.*.Received.*", None), statistic => Assert.Equal(0, statistic.Value));
        Assert.Equal(3, Account(node, Channels.Smtp).Stored.Messages);
        peer.OnRecipient = _ => null;
        await node.Operations.DeliverNowAsync(null, None);
        await world.Until(() => peer.Mail.Count == 3, "they are delivered");
        Assert.All(await node.Operations.Statistics.ShowAsync(null, None), statistic => Assert.True(statistic.Value >= 0, $"{statistic.Name} = {statistic.Value}"));
        var smtp = Account(node, Channels.Smtp);
        Assert.Equal((0, 3, 0), (smtp.Traffic.Received.Messages, smtp.Traffic.Delivered.Messages, smtp.Stored.Messages));
    });

    // "when a system is shut down, the information contained in the in-memory section is lost forever." Here it is not.
    [Fact]
    public void A_crash_loses_nothing_of_the_accounts() => Story((world, node, peer) => async () =>
    {
        await SmtpTalk.SendAsync(world, node, "ada@elsewhere.test", "bob@one.test", "\r\n");
        await world.Until(() => peer.Mail.Count == 1, "it is delivered");
        await world.Pass(TimeSpan.FromMinutes(1));
        var before = (Account(node, Channels.Smtp), Account(node, Channels.Conversion), Destination(node, "one.test"));
        await node.CrashAsync();
        Assert.Equal(before, (Account(node, Channels.Smtp), Account(node, Channels.Conversion), Destination(node, "one.test")));
    });

    [Fact]
    public void An_account_of_a_destination_idle_for_thirty_days_is_forgotten_at_housekeeping() => Story((world, node, peer) => async () =>
    {
        await SmtpTalk.SendAsync(world, node, "ada@elsewhere.test", "bob@one.test", "\r\n");
        await world.Until(() => peer.Mail.Count == 1, "it is delivered");
        await world.Pass(TimeSpan.FromDays(20));
        await node.Operations.HousekeepAsync(None);
        Assert.Equal(1, Destination(node, "ONE.test").Traffic.Delivered.Messages);
        await world.Pass(TimeSpan.FromDays(11));
        await node.Operations.HousekeepAsync(None);
        Assert.Empty(node.Operations.Statistics.DestinationsAsync(null, None).GetAwaiter().GetResult());
        Assert.Equal(1, Account(node, Channels.Smtp).Traffic.Delivered.Messages);
    });

    private static Account Account(Node node, string channel) =>
        node.Operations.Statistics.ChannelsAsync(None).GetAwaiter().GetResult().Single(account => account.Name == channel);

    private static Account Destination(Node node, string name) => Assert.Single(node.Operations.Statistics.DestinationsAsync(name, None).GetAwaiter().GetResult());

    private static void Story(Func<World, Node, Peer, Func<Task>> story, Func<MtaSettings, MtaSettings>? change = null)
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => (change ?? (same => same))(
            Routed(settings, ("one.test", peer)) with { RelayClients = [System.Net.IPNetwork.Parse("192.0.2.0/24")], LocalDomains = [Domain.Parse("home.test")] }));
        world.Run(async () =>
        {
            var names = await node.OpenAsync("names");
            foreach (var name in (string[])["ada", "bob"])
            {
                await names.PutAsync(
                    [new Document { Id = names.NewId(), Form = Forms.Person, Items = [Item.OfText(Tell.Mta.Routing.Persons.ShortName, name), Item.OfText(Tell.Mta.Routing.Persons.InternetAddress, $"{name}@home.test")] }], None);
            }
            await peer.UpAsync();
            await node.LoadAsync();
            await story(world, node, peer)();
            await node.Mta.DisposeAsync();
        });
    }
}
