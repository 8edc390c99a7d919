using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Routing;
using Tell.Mta.Operations;
using Tell.Mta.Statistics;
using Tell.Smtp;

namespace Tell.Tests.Mta;

/// <summary>The sentences of the article on the Add-in Controller and the Delivery Report Task (seed 002), each as a test.</summary>
public sealed class DeliveryReportTaskTests
{
    private static readonly Reply NoSuchUser = Reply.Of(550, "5.1.1", "No such user");

    // "There is a strong relationship between parent documents in the SMTP.BOX and child documents in the Outbound Work Queue." "If a message is in a "state" of success,
    // this indicates that the message was successfully transmitted. The DRT task looks at the message in the work queue, and locates its parent document in the SMTP.BOX
    // database. The document count in the parent decrements by one, and the child document in the Outbound Work Queue deletes."
    // "If the document count equals zero, the parent document deletes from the SMTP.BOX. If the count has not reached zero, there are
    // still child documents that have not reached a final "state" of success or failure. Therefore, the parent document remains
    // in the SMTP.BOX so the DRT task can use it when processing the remaining child documents."
    [Fact]
    public void A_parent_stays_until_its_last_child_is_done_and_goes_with_it()
    {
        var world = new World();
        var peers = new[] { world.Peer(), world.Peer(), world.Peer() };
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peers[0]), ("two.test", peers[1]), ("three.test", peers[2])));
        world.Run(async () =>
        {
            await peers[0].UpAsync();
            await peers[1].UpAsync();
            await node.LoadAsync();
            var parent = await node.SendAsync("ada@elsewhere.test", "a@one.test, b@two.test, c@three.test");
            await world.Until(() => node.Get(parent) is { Children: 1 }, "two children are done and one is left");
            Assert.Equal((1, 1, 0), (peers[0].Mail.Count, peers[1].Mail.Count, peers[2].Mail.Count));
            Assert.Equal(parent, node.In(WorkQueue.Outbound)[0].Parent);
            Assert.Equal(WorkQueue.SmtpBox, node.Get(parent)!.Queue);
            Assert.Equal("three.test", Assert.Single(node.In(WorkQueue.Outbound)).Destination);

            await peers[2].UpAsync();
            await node.Operations.DeliverNowAsync(null, CancellationToken.None);
            await world.Until(() => node.Get(parent) is null, "the parent is gone");
            Assert.Empty(node.In(WorkQueue.SmtpBox));
            Assert.Empty(node.In(WorkQueue.Outbound));
            Assert.All(peers, peer => Assert.Single(peer.Mail));
            await node.Mta.DisposeAsync();
        });
    }

    // "If a message has reached a final "state" other than success, it's probably a failure. When the DRT task encounters messages in this "state,"
    // it creates an undeliverable message notification based on the information stored in the failed message's parent document in
    // SMTP.BOX. The notification is sent to the Notes sender, the document count in the parent document decrements by one, and the child
    // document deletes from the Outbound Work Queue."
    [Fact]
    public void Two_successes_and_a_failure_make_one_report_to_the_sender()
    {
        var world = new World();
        var peer = world.Peer();
        peer.OnRecipient = mailbox => mailbox.LocalPart == "nobody" ? NoSuchUser : null;
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer), ("two.test", peer), ("three.test", peer)) with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            var parent = await node.SendAsync("ada@home.test", "a@one.test, b@two.test, nobody@three.test", "Three friends");
            await world.Until(() => node.Get(parent) is null && node.MailFile("ada").Count > 0, "the parent is gone and the report filed");
            var report = Assert.Single(node.MailFile("ada"));
            Assert.Equal(Forms.NonDeliveryReport, report.Form);
            var text = node.Read("ada", report);
            Assert.Contains("Subject: Undeliverable message", text);
            Assert.Contains("nobody@three.test", text);
            Assert.Contains("550 5.1.1 No such user", text);
            Assert.Contains("Subject: Three friends", text);
            Assert.DoesNotContain("Final-Recipient: rfc822; a@one.test", text);
            Assert.Equal(2, peer.Mail.Count);
            Assert.Equal(1, node.Stat(Stat.Reports));
            Assert.Empty(node.In(WorkQueue.Outbound));
            await node.Mta.DisposeAsync();
        });
    }

    // One child whose recipients have different fates: the finished are settled, the rest go on in a new child of the same parent.
    [Fact]
    public void A_child_with_mixed_replies_splits_and_each_recipient_has_one_end()
    {
        var world = new World();
        var peer = world.Peer();
        var late = true;
        peer.OnRecipient = mailbox => mailbox.LocalPart switch
        {
            "nobody" => NoSuchUser,
            "later" when late => Reply.Of(450, "4.2.1", "Come back"),
            _ => null,
        };
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            var parent = await node.SendAsync("ada@home.test", "now@one.test, later@one.test, nobody@one.test");
            await world.Until(() => node.MailFile("ada").Count == 1 && node.In(WorkQueue.Outbound).Count == 1, "one is reported and one waits");
            var waiting = node.In(WorkQueue.Outbound)[0];
            Assert.Equal("later", Assert.Single(waiting.Envelope!.Recipients).Address.LocalPart);
            Assert.Equal(DocumentState.Failure, waiting.State);
            Assert.NotNull(waiting.Due);
            Assert.Equal("450 4.2.1 Come back", node.Get(waiting.Id)!.Attempts[0].Text);
            Assert.Equal(1, node.Get(parent)!.Children);
            late = false;
            await world.Until(() => node.Get(parent) is null, "the parent is gone");
            Assert.Equal(2, peer.Mail.Count);
            Assert.Single(node.MailFile("ada"));
            await node.Mta.DisposeAsync();
        });
    }

    // "Failure: There are two types of failure: temporary and permanent. A temporary "state" of failure is usually found only in the Outbound Work Queue (appearing as a
    // failed conversion or failed transmission)."
    // "When a message transmission fails, the failure "state" is temporary until the MTA reaches the maximum number of "retry" attempts
    // as defined in the Public Address Book. The failure becomes permanent once the maximum retry transmission is reached."
    [Fact]
    public void A_failure_is_temporary_for_five_days_and_only_then_reported()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { LocalDomains = [Domain.Parse("home.test")], DelayWarningAfter = [] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            var parent = await node.SendAsync("ada@home.test", "bob@one.test");
            await world.Pass(TimeSpan.FromDays(5) - TimeSpan.FromMinutes(5));
            var child = Assert.Single(node.In(WorkQueue.Outbound));
            Assert.Equal(DocumentState.Failure, child.State);
            Assert.NotNull(child.Due);
            Assert.Equal(child.Id, Assert.Single(node.View(new QueueView { State = DocumentState.Failure })).Id);
            Assert.Empty(node.MailFile("ada"));
            // At once, then after 5, 15, 30 minutes, 1 and 2 hours, and every 4 hours.
            Assert.Equal([0, 5, 20, 50, 110, 230, 470], world.Network.Attempts.Take(7).Select(attempt => (int)Math.Round((attempt.Time - world.Network.Attempts[0].Time).TotalMinutes)));
            Assert.Equal(world.Network.Attempts.Count, node.Get(child.Id)!.Attempts.Length);

            await world.Until(() => node.MailFile("ada").Count == 1, "the report is filed");
            Assert.Contains("Delivery time expired", node.Read("ada", node.MailFile("ada")[0]));
            Assert.InRange(world.Time.Elapsed, TimeSpan.FromDays(5), TimeSpan.FromDays(5) + TimeSpan.FromMinutes(2));
            Assert.Null(node.Get(parent));
            Assert.Empty(node.In(WorkQueue.Outbound));
            await node.Mta.DisposeAsync();
        });
    }

    // "However, messages relayed to other mail systems, or nondelivery reports, are documents that don't have parents."
    // "If, however, these documents reach a "state" of failure, the DRT task marks these messages dead and they remain in the Outbound
    // Work Queue until you manually delete them." "Dead messages are not removed by the Add-In Controller during daily housekeeping."
    [Fact]
    public void A_failed_relay_is_dead_and_survives_housekeeping_and_goes_by_hand_only()
    {
        var world = new World();
        var peer = world.Peer();
        peer.OnRecipient = _ => NoSuchUser;
        var relay = world.Node("relay.test", settings => Routed(settings, ("one.test", peer)) with { RelayFailures = RelayFailures.Dead, RelayClients = [System.Net.IPNetwork.Parse("192.0.2.0/24")] });
        var sender = world.Node("sender.test", settings => settings with { RelayHost = new HostPort(relay.Address.ToString(), 25) });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await relay.LoadAsync();
            await sender.LoadAsync();
            await sender.SendAsync("ada@elsewhere.test", "nobody@one.test");
            await world.Until(() => relay.In(WorkQueue.Outbound) is [{ State: DocumentState.Dead }], "the relayed child is dead");
            var dead = relay.In(WorkQueue.Outbound)[0];
            Assert.Contains("550 5.1.1 No such user", dead.Reason);

            var report = await relay.Operations.HousekeepAsync(CancellationToken.None);
            await world.Pass(TimeSpan.FromDays(10));
            Assert.Equal((1, 1), (report.DeadBefore, report.DeadAfter));
            Assert.Equal(DocumentState.Dead, relay.Get(dead.Id)!.State);
            Assert.Empty(sender.In(WorkQueue.Inbound));
            Assert.Equal(0, relay.Stat(Stat.Reports));

            Assert.Equal(1, (await relay.Operations.Queues.DeleteAsync(QueueSelection.Of(dead.Id), "ada", CancellationToken.None)).Done);
            Assert.Null(relay.Get(dead.Id));
            await sender.Mta.DisposeAsync();
            await relay.Mta.DisposeAsync();
        });
    }

    // "If a message is in a "state" of failure, the DRT task creates a nondelivery report (NDR) and puts it in the Outbound Work Queue.
    // This report is delivered to the message originator the same way any other outbound message is delivered."
    [Fact]
    public void An_inbound_failure_is_reported_to_its_originator_by_a_parentless_child()
    {
        var world = new World();
        var origin = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("origin.test", origin)) with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await origin.UpAsync();
            await node.LoadAsync();
            await StoppedMail.PutUnknownAsync(node, "ada@origin.test");
            await world.Until(() => origin.Mail.Count == 1, "the report has reached the originator");
            var (envelope, message) = origin.Mail[0];
            Assert.Null(envelope.Sender);
            Assert.Equal("ada@origin.test", envelope.Recipients.Single().Address.ToString());
            Assert.Contains("User not listed in public", message);
            Assert.Empty(node.In(WorkQueue.Inbound));
            Assert.Empty(node.MailFile("bob"));
            await node.Mta.DisposeAsync();
        });
    }

    // "If, for whatever reason, the DRT task cannot build a failure report, the message is marked "dead" and remains in the Inbound
    // Work Queue database." A null sender is nobody to report to: a report is never answered with a report.
    [Fact]
    public void An_inbound_failure_from_the_null_sender_is_dead_in_the_inbound_work_queue()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            await StoppedMail.PutUnknownAsync(node, "");
            await world.Until(() => node.In(WorkQueue.Inbound) is [{ State: DocumentState.Dead }], "the document is dead");
            Assert.Empty(node.In(WorkQueue.Outbound));
            Assert.Equal(1, node.Stat(Stat.Dead));
            await node.Mta.DisposeAsync();
        });
    }

    // Facts lotus 1.1: a document that already is a non-delivery report is dead when it fails, since acting again could loop.
    [Fact]
    public void A_report_that_cannot_be_delivered_is_dead_and_not_reported()
    {
        var world = new World();
        var peer = world.Peer();
        peer.OnRecipient = _ => NoSuchUser;
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer), ("origin.test", peer)));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@origin.test", "nobody@one.test");
            await world.Until(() => node.In(WorkQueue.Outbound) is [{ State: DocumentState.Dead }], "the report is dead");
            Assert.Equal(Forms.NonDeliveryReport, node.In(WorkQueue.Outbound)[0].Form);
            Assert.Equal(1, node.Stat(Stat.Reports));
            await node.Mta.DisposeAsync();
        });
    }

    // "The DRT task cleans up the Outbound Work Queue first, then the Inbound Work Queue, and finally updates the MTA's statistics."
    // "The DRT task polls the Outbound Work Queue every two minutes (the default poll time set in the Server document) for messages with a status of
    // success or failure."
    // "This task performs two specific functions, it: - Manages messages in the Inbound/Outbound Work Queues and the SMTP.BOX - Updates the MTA's statistics".
    [Fact]
    public void A_round_goes_outbound_then_inbound_then_statistics()
    {
        Assert.Equal(120, MtaSettings.Default.DrtPollSeconds);
        var world = new World();
        var peer = world.Peer();
        peer.OnRecipient = _ => NoSuchUser;
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.Operations.StopAsync(TaskSelection.DrTask, CancellationToken.None);
            // The inbound failure is there first, and yet comes second.
            await StoppedMail.PutUnknownAsync(node, "eve@home.test");
            await world.Until(() => node.In(WorkQueue.Inbound) is [{ State: DocumentState.Failure }], "the inbound document has failed");
            await node.SendAsync("ada@home.test", "nobody@one.test");
            await world.Until(() => node.In(WorkQueue.Outbound) is [{ State: DocumentState.Failure, Due: null }], "the child has failed");
            var polls = node.Stat(Stat.DrtPolls);
            node.Log.Clear();
            await node.Operations.StartAsync(TaskSelection.DrTask, CancellationToken.None);
            await world.Until(() => node.MailFile("eve").Count + node.MailFile("ada").Count == 2, "both are reported");
            var reported = node.Log.Where(line => line.Contains("\"fact\":\"reported\"", StringComparison.Ordinal)).ToArray();
            Assert.Equal(2, reported.Length);
            Assert.Contains("ada@home.test", reported[0]);
            Assert.Contains("eve@home.test", reported[1]);
            await world.Until(() => node.Stat(Stat.DrtPolls) > polls, "the round has ended with the statistics");
            await node.Mta.DisposeAsync();
        });
    }

    // RFC 5321 6.1: who accepts a message tells its sender where it cannot deliver it. So it is by default for relayed mail too (SMTPMTA_RelayFailures).
    [Fact]
    public void A_failed_relay_is_reported_to_its_sender_by_default()
    {
        Assert.Equal(RelayFailures.Report, MtaSettings.Default.RelayFailures);
        var world = new World();
        var peer = world.Peer();
        peer.OnRecipient = mailbox => mailbox.LocalPart == "nobody" ? NoSuchUser : null;
        var relay = world.Node("relay.test", settings => Routed(settings, ("one.test", peer), ("origin.test", peer)) with { RelayClients = [System.Net.IPNetwork.Parse("192.0.2.0/24")] });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await relay.LoadAsync();
            await SmtpTalk.SendAsync(world, relay, "ada@origin.test", "nobody@one.test", "Subject: Test\r\n\r\nHello.\r\n");
            await world.Until(() => peer.Mail.Count == 1 && relay.In(WorkQueue.Outbound).Count == 0, "the report has reached the sender");
            Assert.Null(peer.Mail[0].Envelope.Sender);
            Assert.Contains("nobody@one.test", peer.Mail[0].Message);
            Assert.Equal((1, 0), (relay.Stat(Stat.Reports), relay.Stat(Stat.Dead)));
            await relay.Mta.DisposeAsync();
        });
    }

    // "Pending: A message with this "state" in the Inbound Work Queue or the SMTP.BOX is pending conversion. A message with this "state" in the Outbound Work Queue is
    // pending transmission." Nobody finishes either.
    [Fact]
    public void What_is_pending_is_none_of_its_business()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            foreach (var task in new[] { TaskSelection.InboundConversion, TaskSelection.OutboundConversion, TaskSelection.OutboundTransport })
                await node.Operations.StopAsync(task, CancellationToken.None);
            await SmtpTalk.SendAsync(world, node, "eve@away.test", "bob@home.test", "\r\nbody\r\n");
            var parent = await node.SendAsync("ada@home.test", "bob@one.test");
            await world.Pass(TimeSpan.FromMinutes(5));
            Assert.Equal((DocumentState.Pending, DocumentState.Pending), (Assert.Single(node.In(WorkQueue.Inbound)).State, node.Get(parent)!.State));
            await node.Operations.StartAsync(TaskSelection.OutboundConversion, CancellationToken.None);
            await world.Pass(TimeSpan.FromMinutes(5));
            Assert.Equal(DocumentState.Pending, Assert.Single(node.In(WorkQueue.Outbound)).State);
            Assert.Equal((DocumentState.Success, 1), (node.Get(parent)!.State, node.Get(parent)!.Children));
            await node.Mta.DisposeAsync();
        });
    }

    // "Success: A message in this "state" in the Inbound Work Queue has been successfully converted. A message with this "state" in the Outbound Work Queue has been
    // successfully transmitted to its next hop." "If a message is in a "state" of success, the DRT task deletes the message from the work queue." "When these messages
    // reach a "state" of success, the DRT task deletes them from the Outbound Work Queue and doesn't bother with the parent document."
    [Fact]
    public void What_has_succeeded_stays_until_it_comes_and_goes_then_parent_or_not()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with
        {
            LocalDomains = [Domain.Parse("home.test")],
            RelayClients = [System.Net.IPNetwork.Parse("192.0.2.0/24")],
        });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.Operations.StopAsync(TaskSelection.DrTask, CancellationToken.None);
            await SmtpTalk.SendAsync(world, node, "eve@away.test", "bob@home.test, x@one.test", "\r\nbody\r\n");
            var parent = await node.SendAsync("ada@home.test", "y@one.test");
            await world.Until(() => peer.Mail.Count == 2 && node.MailFile("bob").Count == 1, "all is there");
            await world.Pass(TimeSpan.FromMinutes(5));
            Assert.Equal(DocumentState.Success, Assert.Single(node.In(WorkQueue.Inbound)).State);
            Assert.Equal([null, parent], node.In(WorkQueue.Outbound).Select(child => child.Parent).OrderBy(id => id is not null));
            Assert.All(node.In(WorkQueue.Outbound), child => Assert.Equal(DocumentState.Success, child.State));
            Assert.Equal(1, node.Get(parent)!.Children);
            await node.Operations.StartAsync(TaskSelection.DrTask, CancellationToken.None);
            await world.Until(() => WorkQueues.All.All(queue => node.In(queue).Count == 0), "all is cleared away");
            Assert.Equal(0, node.Stat(Stat.Reports) + node.Stat(Stat.DeliveryReports) + node.Stat(Stat.Dead));
            await node.Mta.DisposeAsync();
        });
    }

    // "WQ_LOCKED_FOR_XMIT: This "state" occurs when a message is in the process of transmission, queued for transmission, or queued for a transmission retry." What is
    // locked is somebody's, and nobody clears it away.
    [Fact]
    public void What_is_locked_for_transmission_is_left_to_whoever_has_it()
    {
        var world = new World();
        var node = world.Node("mta.test");
        world.Run(async () =>
        {
            await node.LoadAsync();
            await node.Operations.StopAsync(TaskSelection.OutboundTransport, CancellationToken.None);
            var id = await node.PutAsync(new Document { Id = default, Form = Forms.Message, Queue = WorkQueue.Outbound, Destination = "one.test", Envelope = new Envelope { Sender = Mailbox.Parse("ada@origin.test"), Recipients = [new Recipient(Mailbox.Parse("bob@one.test"))] } });
            await node.Stores.Queues.TakeAsync(WorkQueue.Outbound, "one.test", 1, TimeSpan.FromHours(1), CancellationToken.None);
            await world.Pass(TimeSpan.FromMinutes(10));
            Assert.Equal("WQ_LOCKED_FOR_XMIT", node.Get(id)!.State.Title());
            await node.Mta.DisposeAsync();
        });
    }

    // "Permanent failures also occur when message conversion is not possible."
    [Fact]
    public void A_conversion_that_is_not_possible_is_a_permanent_failure()
    {
        var world = new World();
        var origin = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("origin.test", origin)) with { LocalDomains = [Domain.Parse("home.test")], LocalRecipients = LocalRecipients.Listed });
        world.Run(async () =>
        {
            await origin.UpAsync();
            await node.LoadAsync();
            await node.Operations.StopAsync(TaskSelection.DrTask, CancellationToken.None);
            await node.PutAsync(new Document
            {
                Id = default,
                Form = Forms.Message,
                Queue = WorkQueue.Inbound,
                Content = await ContentAsync(node),
                Envelope = new Envelope { Sender = Mailbox.Parse("ada@origin.test"), Recipients = [new Recipient(Mailbox.Parse("gone@home.test"))] },
            });
            await world.Until(() => node.In(WorkQueue.Inbound) is [{ State: DocumentState.Failure, Due: null }], "it has failed for good");
            await node.Operations.StartAsync(TaskSelection.DrTask, CancellationToken.None);
            // "creates a nondelivery report (NDR) and puts it in the Outbound Work Queue".
            await world.Until(() => origin.Mail.Count == 1, "its originator knows");
            Assert.Empty(node.In(WorkQueue.Inbound));
            await node.Mta.DisposeAsync();
        });

        static async Task<Content> ContentAsync(Node node)
        {
            var writer = node.Stores.Queues.NewContent();
            await writer.WriteAsync("Subject: Test\r\n\r\nHello.\r\n"u8.ToArray(), CancellationToken.None);
            return await writer.CompleteAsync(CancellationToken.None);
        }
    }

    // "the document count in the parent document decrements by one, and the child document deletes from the Outbound Work Queue. When the document count in the parent
    // reaches zero, the parent deletes from the SMTP.BOX database. Otherwise the parent document remains."
    [Fact]
    public void A_failed_child_counts_its_parent_down_as_a_good_one_does()
    {
        var world = new World();
        var peer = world.Peer();
        var down = world.Peer();
        peer.OnRecipient = _ => NoSuchUser;
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer), ("two.test", down)) with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            var parent = await node.SendAsync("ada@home.test", "nobody@one.test, bob@two.test");
            await world.Until(() => node.MailFile("ada").Count == 1, "the failure is reported");
            Assert.Equal(1, node.Get(parent)!.Children);
            Assert.Equal("two.test", Assert.Single(node.In(WorkQueue.Outbound)).Destination);
            await down.UpAsync();
            await node.Operations.DeliverNowAsync(null, CancellationToken.None);
            await world.Until(() => node.Get(parent) is null, "the parent is gone");
            await node.Mta.DisposeAsync();
        });
    }

    // "Aside from managing messages in the various MTA databases, the DRT task also updates the statistics for the MTA."
    // "This statistical information is available from the server console at any time by typing SHOW STAT MTA." "The DRT task performs this duty at the end of its polling
    // period": what happens to documents is counted with it, and what belongs to none at the end of each round, the latest two minutes later.
    [Fact]
    public void Statistics_are_up_to_date_after_a_round()
    {
        var world = new World();
        var node = world.Node("mta.test");
        world.Run(async () =>
        {
            await node.LoadAsync();
            var polls = node.Stat(Stat.DrtPolls);
            await world.Pass(TimeSpan.FromSeconds(241));
            Assert.Equal(polls + 2, node.Stat(Stat.DrtPolls));
            await node.CrashAsync();
            Assert.Equal(polls + 2, node.Stat(Stat.DrtPolls));
            await node.Mta.DisposeAsync();
        });
    }

    // "Once the DRT task checks the Outbound Work Queue for messages in a "state" of success or failure, it checks the Inbound Work Queue for messages in the same "states.""
    [Fact]
    public void Without_a_hint_the_next_poll_finds_what_is_finished()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.Stores.Queues.PutAsync([Inbound(node)], [], CancellationToken.None);
            await node.LoadAsync();
            await world.Until(() => node.MailFile("ada").Count == 1, "what was there before it began is reported", TimeSpan.FromSeconds(5));
            await node.Mta.DisposeAsync();
        });

        static Document Inbound(Node node) => new()
        {
            Id = node.Stores.Queues.NewId(),
            Form = Forms.Message,
            Queue = WorkQueue.Inbound,
            State = DocumentState.Failure,
            Reason = "no such user",
            Envelope = new Envelope { Sender = Mailbox.Parse("ada@home.test"), Recipients = [new Recipient(Mailbox.Parse("gone@home.test"))] },
        };
    }

    internal static MtaSettings Routed(MtaSettings settings, params (string Domain, Peer Peer)[] routes) =>
        settings with { Routes = routes.ToImmutableDictionary(route => Domain.Parse(route.Domain), route => FixedHop.FromHostPort(route.Peer.Host)) };
}
