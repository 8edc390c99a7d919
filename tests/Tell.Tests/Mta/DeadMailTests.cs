using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;
using Tell.Mta.Statistics;
using Tell.Smtp;

namespace Tell.Tests.Mta;

/// <summary>What operators do with dead mail: the sentences of seed 002, and what they leave open.</summary>
public sealed class DeadMailTests
{
    private static readonly Reply NoSuchUser = Reply.Of(550, "5.1.1", "No such user");

    // "Therefore, you should routinely check the Inbound/Outbound Work Queue for "dead" messages."
    [Fact]
    public void Dead_documents_are_listed_by_queue_sender_recipient_and_reason_page_by_page()
    {
        var (world, node) = StoppedMail.Alone();
        world.Run(async () =>
        {
            var ids = new List<Unid>();
            foreach (var (from, to, reason) in new[] { ("a@x.test", "b@y.test", "no such user"), ("", "b@y.test", "no such user"), ("a@x.test", "c@z.test", "mailbox full") })
                ids.Add(await node.PutAsync(StoppedMail.Of(from, to, reason: reason)));
            ids.Add(await node.PutAsync(StoppedMail.Of("a@x.test", "b@y.test") with { Queue = WorkQueue.Inbound, Destination = "" }));
            await node.PutAsync(StoppedMail.Of("a@x.test", "b@y.test", DocumentState.Held));
            Assert.Equal(ids, await ListAsync(QueueSelection.Dead));
            Assert.Equal([ids[3]], await ListAsync(QueueSelection.Dead with { Queue = WorkQueue.Inbound }));
            Assert.Equal([ids[1]], await ListAsync(QueueSelection.Dead with { From = "<>" }));
            Assert.Equal([ids[2]], await ListAsync(QueueSelection.Dead with { To = "@Z.test" }));
            Assert.Equal([ids[2]], await ListAsync(QueueSelection.Dead with { To = "C@z.TEST", From = "a@*" }));
            Assert.Equal([ids[0], ids[1]], await ListAsync(QueueSelection.Dead with { Reason = "Such", Queue = WorkQueue.Outbound }));
            Assert.Equal([ids[2]], await ListAsync(QueueSelection.Dead with { Reason = "mail*full" }));
            Assert.Empty(await ListAsync(QueueSelection.Dead with { From = "x.test" }));

            var first = await node.Operations.Queues.ListAsync(QueueSelection.Dead, null, 3, CancellationToken.None);
            Assert.Equal(ids.Take(3), first.Documents.Select(document => document.Id));
            var second = await node.Operations.Queues.ListAsync(QueueSelection.Dead, first.Next, 3, CancellationToken.None);
            Assert.Equal((ids[3], null), (Assert.Single(second.Documents).Id, second.Next));
            Assert.Equal(4, await node.Operations.Queues.CountAsync(QueueSelection.Dead, CancellationToken.None));
            Assert.Equal(1, await node.Operations.Queues.CountAsync(QueueSelection.Dead with { From = "<>" }, CancellationToken.None));

            async Task<Unid[]> ListAsync(QueueSelection selection) => [.. (await node.Operations.Queues.ListAsync(selection, null, 10, CancellationToken.None)).Documents.Select(document => document.Id)];
        });
    }

    // "If found, analyze these messages and try to determine the cause of the failure (for example, missing Person documents)."
    [Fact]
    public void A_dead_document_tells_its_attempts_and_its_message_and_is_mended_and_released()
    {
        var world = new World();
        var peer = world.Peer();
        peer.OnRecipient = mailbox => mailbox.LocalPart == "bbo" ? NoSuchUser : null;
        var node = world.Node("mta.test", settings => DeliveryReportTaskTests.Routed(settings, ("one.test", peer)) with { RelayClients = [System.Net.IPNetwork.Parse("192.0.2.0/24")], RelayFailures = RelayFailures.Dead });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await SmtpTalk.SendAsync(world, node, "eve@away.test", "bbo@one.test", "Subject: hello\r\n\r\nline\r\n");
            await world.Until(() => node.In(WorkQueue.Outbound) is [{ State: DocumentState.Dead }], "it is dead");
            var dead = node.Get(node.In(WorkQueue.Outbound)[0].Id)!;
            Assert.Contains("550 5.1.1 No such user", Assert.Single(dead.Attempts).Text);
            var text = new MemoryStream();
            Assert.True(await node.Operations.Queues.ReadAsync(dead.Id, piece => text.WriteAsync(piece), CancellationToken.None));
            Assert.EndsWith("Subject: hello\r\n\r\nline\r\n", System.Text.Encoding.UTF8.GetString(text.ToArray()));
            Assert.False(await node.Operations.Queues.ReadAsync(node.Mta.Context.Queues.NewId(), _ => default, CancellationToken.None));

            await world.Pass(TimeSpan.FromDays(20));
            var edit = new EnvelopeEdit { Replaced = [(Mailbox.Parse("bbo@one.test"), Mailbox.Parse("bob@one.test"))] };
            Assert.Null(await node.Operations.Queues.EditAsync(dead.Id, edit, "ada", CancellationToken.None));
            Assert.Equal((DocumentState.Dead, 1L), (node.Get(dead.Id)!.State, node.Stat(Stat.RemovedRecipients)));
            Assert.Equal(1, (await node.Operations.Queues.ReleaseAsync(QueueSelection.Of(dead.Id), "ada", CancellationToken.None)).Done);
            // Its age begins anew (facts: lotus 7.4): it is not given up for the days in which it was dead.
            await world.Until(() => peer.Mail.Count == 1, "it is there");
            Assert.Equal("bob@one.test", peer.Mail[0].Envelope.Recipients.Single().Address.ToString());
            Assert.Equal(1, node.Stat(Stat.Released));
            Assert.Contains("\"by\":\"ada\",\"reason\":\"TO=bbo@one.test:bob@one.test\"", Assert.Single(StoppedMail.Facts(node, "edited")));
            Assert.Contains("\"by\":\"ada\"", Assert.Single(StoppedMail.Facts(node, "released")));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_released_document_waits_from_now_on_and_its_recipients_with_it()
    {
        var (world, node) = StoppedMail.Alone();
        world.Run(async () =>
        {
            var id = await node.PutAsync(StoppedMail.Of("a@x.test", "b@y.test") with { Notices = 2 });
            await world.Pass(TimeSpan.FromDays(9));
            await node.Operations.Queues.ReleaseAsync(QueueSelection.Dead, "ada", CancellationToken.None);
            var released = node.Get(id)!;
            Assert.Equal((DocumentState.Pending, 1, 0), (released.State, released.Releases, released.Notices));
            Assert.Equal((world.Time.GetUtcNow(), world.Time.GetUtcNow()), (released.AgeFrom, released.Due));
            Assert.Equal(RecipientStatus.Waiting, Assert.Single(released.Envelope!.Recipients).Status);
        });
    }

    // "Then, manually delete these messages from the work queue." "Dead messages are not removed by the Add-In Controller during daily housekeeping."
    [Fact]
    public void Dead_and_held_documents_outlive_housekeeping_and_are_deleted_by_name_and_counted()
    {
        var (world, node) = StoppedMail.Alone();
        world.Run(async () =>
        {
            await node.LoadAsync();
            var dead = await node.PutAsync(StoppedMail.Of("a@x.test", "b@y.test,c@y.test"));
            var held = await node.PutAsync(StoppedMail.Of("a@x.test", "b@y.test", DocumentState.Held));
            await node.Operations.HousekeepAsync(CancellationToken.None);
            await world.Pass(TimeSpan.FromDays(40));
            await node.Operations.HousekeepAsync(CancellationToken.None);
            Assert.Equal((DocumentState.Dead, DocumentState.Held), (node.Get(dead)!.State, node.Get(held)!.State));

            var waiting = await node.SendAsync("ada@elsewhere.test", "bob@far.test");
            var work = await node.Operations.Queues.DeleteAsync(QueueSelection.Of(dead, waiting, dead, node.Mta.Context.Queues.NewId()), "ada", CancellationToken.None);
            Assert.Equal((1L, 2L), (work.Done, work.LeftDocuments));
            Assert.Equal(["is in no queue", "is not dead or held"], work.Left.Select(left => left.Reason).Order());
            Assert.Equal(2, node.Stat(Stat.RemovedRecipients));
            Assert.Equal(1, (await node.Operations.Queues.DeleteAsync(QueueSelection.Held, "ada", CancellationToken.None)).Done);
            Assert.Equal(3, node.Stat(Stat.RemovedRecipients));
            Assert.All(StoppedMail.Facts(node, "deleted"), line => Assert.Contains("\"by\":\"ada\"", line));
            Assert.Equal(2, StoppedMail.Facts(node, "deleted").Length);
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_returned_message_is_reported_to_its_sender_with_the_reason_of_the_operator_and_without_the_name()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => DeliveryReportTaskTests.Routed(settings, ("one.test", peer)) with { LocalDomains = [Domain.Parse("home.test")], RelayFailures = RelayFailures.Dead });
        world.Run(async () =>
        {
            await node.LoadAsync();
            var parent = await node.SendAsync("ada@home.test", "bob@one.test");
            await world.Until(() => node.In(WorkQueue.Outbound) is [{ State: DocumentState.Failure, Due: not null }], "it waits");
            var child = node.In(WorkQueue.Outbound)[0].Id;
            Assert.Contains("children", Assert.Single((await node.Operations.Queues.ReturnAsync(QueueSelection.Of(parent), "root", null, CancellationToken.None)).Left).Reason);
            Assert.Equal(1, (await node.Operations.Queues.ReturnAsync(QueueSelection.Of(child), "root", "Please ask at the reception.\r\nX: y", CancellationToken.None)).Done);
            await world.Until(() => node.MailFile("ada").Count == 1 && node.Get(parent) is null, "it is reported");
            var report = node.Read("ada", node.MailFile("ada")[0]);
            Assert.Contains("Please ask at the reception.", report);
            Assert.DoesNotContain("root", report);
            Assert.Contains("\"by\":\"root\"", Assert.Single(StoppedMail.Facts(node, "returned")));

            var relayed = await node.PutAsync(StoppedMail.Of("eve@away.test", "b@y.test"));
            var report2 = await node.PutAsync(StoppedMail.Of("", "b@y.test") with { Form = Forms.NonDeliveryReport });
            var left = (await node.Operations.Queues.ReturnAsync(QueueSelection.Dead, "root", null, CancellationToken.None)).Left;
            Assert.Contains(left, one => one.First == relayed && one.Reason.Contains("SMTPMTA_RelayFailures=dead", StringComparison.Ordinal));
            Assert.Contains(left, one => one.First == report2 && one.Reason.StartsWith("has nobody to be returned to", StringComparison.Ordinal));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void Recipients_of_several_domains_in_the_Outbound_Work_Queue_get_a_document_for_each()
    {
        var (world, node) = StoppedMail.Alone();
        world.Run(async () =>
        {
            var id = await StoppedMail.PutAsync(node, StoppedMail.Of("a@x.test", "b@y.test,c@y.test"));
            var edit = new EnvelopeEdit
            {
                ChangesSender = true,
                Replaced = [(Mailbox.Parse("b@y.test"), Mailbox.Parse("b@z.test"))],
                Added = [Mailbox.Parse("d@z.test"), Mailbox.Parse("e@y.test")],
                Removed = [Mailbox.Parse("c@y.test")],
            };
            Assert.Null(await node.Operations.Queues.EditAsync(id, edit, "ada", CancellationToken.None));
            var documents = node.In(WorkQueue.Outbound).OrderBy(document => document.Destination).ToArray();
            Assert.Equal(["y.test", "z.test"], documents.Select(document => document.Destination));
            Assert.Equal(id, documents[0].Id);
            Assert.Equal(["e@y.test"], documents[0].Envelope!.Recipients.Select(recipient => recipient.Address.ToString()));
            Assert.Equal(["b@z.test", "d@z.test"], documents[1].Envelope!.Recipients.Select(recipient => recipient.Address.ToString()));
            Assert.Equal("rfc822;b@y.test", documents[1].Envelope!.Recipients[0].OriginalRecipient);
            Assert.All(documents, document => Assert.Equal((DocumentState.Dead, null, "550 5.1.1 No such user"), (document.State, document.Envelope!.Sender, document.Reason)));
            Assert.Equal(documents[0].Content, documents[1].Content);
            Assert.Equal(2, node.Stat(Stat.RemovedRecipients));

            // All elsewhere: the document itself moves.
            var moved = await node.PutAsync(StoppedMail.Of("a@x.test", "b@y.test"));
            Assert.Null(await node.Operations.Queues.EditAsync(moved, new EnvelopeEdit { Replaced = [(Mailbox.Parse("b@y.test"), Mailbox.Parse("b@w.test"))] }, "ada", CancellationToken.None));
            Assert.Equal("w.test", node.Get(moved)!.Destination);
        });
    }

    // The ways by which recipients were reached stand in their order: who is added takes nobody's way.
    [Fact]
    public void Who_is_added_does_not_inherit_the_way_of_somebody_who_was_removed()
    {
        var (world, node) = StoppedMail.Alone();
        world.Run(async () =>
        {
            var ways = Item.OfRichText(ItemNames.Hops, "application/x-tell-hops", ":staff@home.test\tgroup:staff\f:sales@home.test\tgroup:sales");
            var id = await StoppedMail.PutAsync(node, StoppedMail.Of("a@x.test", "b@home.test,c@home.test", DocumentState.Held) with { Queue = WorkQueue.MailBox, Destination = "", Items = [ways] });
            var (gone, come) = (new EnvelopeEdit { Removed = [Mailbox.Parse("c@home.test")] }, new EnvelopeEdit { Added = [Mailbox.Parse("d@home.test")] });
            const string refused = "was sent on to its recipients, and the last of them is removed: d@home.test can take the place of another (TO=OLD:NEW), not be added.";
            Assert.Equal($"{id} {refused}", await node.Operations.Queues.EditAsync(id, gone with { Added = come.Added }, "ada", CancellationToken.None));
            Assert.Null(await node.Operations.Queues.EditAsync(id, gone, "ada", CancellationToken.None));
            Assert.Equal($"{id} {refused}", await node.Operations.Queues.EditAsync(id, come, "ada", CancellationToken.None));
            Assert.Equal(["b@home.test"], node.Get(id)!.Envelope!.Recipients.Select(recipient => recipient.Address.ToString()));
        });
    }

    [Fact]
    public void The_server_log_gives_a_reason_where_there_is_one()
    {
        var (world, node) = StoppedMail.Alone();
        node.Warnings.Least = Microsoft.Extensions.Logging.LogLevel.Information;
        world.Run(async () =>
        {
            var (bare, other) = (await node.PutAsync(StoppedMail.Of("a@x.test", "b@y.test") with { Reason = null }), await node.PutAsync(StoppedMail.Of("a@x.test", "c@y.test", reason: "550 No")));
            await node.Operations.Queues.DeleteAsync(QueueSelection.Of(bare), "ada", CancellationToken.None);
            await node.Operations.Queues.DeleteAsync(QueueSelection.Of(other), "ada", CancellationToken.None);
            Assert.Equal([$"ada deleted document {bare}", $"ada deleted document {other}: 550 No"], node.Warnings.Lines.Where(line => line.StartsWith("ada ", StringComparison.Ordinal)));
        });
    }

    [Fact]
    public void An_edit_that_is_wrong_says_what_and_changes_nothing()
    {
        var (world, node) = StoppedMail.Alone();
        world.Run(async () =>
        {
            await node.LoadAsync();
            var id = await node.PutAsync(StoppedMail.Of("a@x.test", "b@y.test"));
            var before = node.Get(id)!;
            Assert.StartsWith($"{id} has no recipient c@y.test; it has b@y.test", await EditAsync(new() { Removed = [Mailbox.Parse("c@y.test")] }));
            Assert.StartsWith($"{id} has no recipient c@y.test", await EditAsync(new() { Replaced = [(Mailbox.Parse("c@y.test"), Mailbox.Parse("d@y.test"))] }));
            Assert.StartsWith($"{id} has the recipient b@y.test already", await EditAsync(new() { Added = [Mailbox.Parse("b@y.test")] }));
            Assert.StartsWith($"{id} would have no recipient left", await EditAsync(new() { Removed = [Mailbox.Parse("b@y.test")] }));
            Assert.StartsWith($"{id} leaves this MTA, and ada@home.test is local", await EditAsync(new() { Added = [Mailbox.Parse("ada@home.test")] }));
            Assert.StartsWith($"{id} would have 1001 recipients", await EditAsync(new() { Added = [.. Enumerable.Range(1, 1000).Select(i => Mailbox.Parse($"u{i}@y.test"))] }));
            Assert.Equal("Nothing is to be changed.", await EditAsync(new()));
            Assert.Equal(before.Envelope!.Recipients, node.Get(id)!.Envelope!.Recipients);
            var waiting = await node.SendAsync("ada@elsewhere.test", "bob@far.test");
            Assert.Equal($"{waiting} is not dead or held.", await node.Operations.Queues.EditAsync(waiting, new EnvelopeEdit { ChangesSender = true }, "ada", CancellationToken.None));
            Assert.Empty(StoppedMail.Facts(node, "edited"));
            Assert.Equal(0, node.Stat(Stat.RemovedRecipients));
            await node.Mta.DisposeAsync();

            Task<string?> EditAsync(EnvelopeEdit edit) => node.Operations.Queues.EditAsync(id, edit, "ada", CancellationToken.None);
        });
    }

    // The fence decides (invariant 3).
    [Fact]
    public void Of_an_operator_and_a_worker_never_both_win()
    {
        var (world, node) = StoppedMail.Alone();
        world.Run(async () =>
        {
            var queues = node.Mta.Context.Queues;
            var id = await node.PutAsync(StoppedMail.Of("a@x.test", "b@y.test", DocumentState.Pending));
            // A worker takes it between the operator's look and his word.
            Lease? taken = null;
            node.Stores.Settling = _ => taken ??= queues.TakeAsync(WorkQueue.Outbound, "y.test", 1, TimeSpan.FromMinutes(5), CancellationToken.None).AsTask().GetAwaiter().GetResult().Single();
            var work = await node.Operations.Queues.HoldAsync(QueueSelection.Of(id), "ada", null, CancellationToken.None);
            Assert.Equal((0L, "was taken by a task in this moment, and is left to it"), (work.Done, work.Left[0].Reason));
            node.Stores.Settling = _ => { };
            // While it is under way nobody else touches it.
            Assert.StartsWith("does not wait", Assert.Single((await node.Operations.Queues.HoldAsync(QueueSelection.Of(id), "ada", null, CancellationToken.None)).Left).Reason);
            Assert.StartsWith("does not wait", Assert.Single((await node.Operations.Queues.ReturnAsync(QueueSelection.Of(id), "ada", null, CancellationToken.None)).Left).Reason);
            Assert.Equal(0, (await node.Operations.Queues.HoldAsync(QueueSelection.Waiting, "ada", null, CancellationToken.None)).Done);
            Assert.Equal([true], await queues.SettleAsync([Settlement.Dead(taken!, "why")], CancellationToken.None));

            // Two operators: the one deletes what the other releases in the same moment.
            var released = false;
            node.Stores.Settling = settlements =>
            {
                if (released || settlements[0].Kind != SettlementKind.Removed)
                    return;
                released = true;
                Assert.Equal(1, node.Operations.Queues.ReleaseAsync(QueueSelection.Of(id), "eve", CancellationToken.None).GetAwaiter().GetResult().Done);
            };
            Assert.Equal(0, (await node.Operations.Queues.DeleteAsync(QueueSelection.Of(id), "ada", CancellationToken.None)).Done);
            Assert.Equal((DocumentState.Pending, 1L, 0L), (node.Get(id)!.State, node.Stat(Stat.Released), node.Stat(Stat.RemovedRecipients)));
            Assert.Empty(StoppedMail.Facts(node, "deleted"));
        });
    }

    [Fact]
    public void Of_twenty_thousand_documents_a_crash_in_the_middle_loses_none_and_the_same_again_does_the_rest()
    {
        const int all = 20_000, pages = 17, page = 500;
        var (world, node) = StoppedMail.Alone();
        world.Run(async () =>
        {
            var queues = node.Mta.Context.Queues;
            foreach (var some in Enumerable.Range(0, all).Chunk(1000))
                await queues.PutAsync([.. some.Select(i => StoppedMail.Of("a@x.test", $"u{i}@y.test") with { Id = queues.NewId() })], [], CancellationToken.None);
            var settled = 0;
            node.Stores.Before = verb => verb == "settle" && ++settled > pages ? new StoreException(StoreFault.Full, "No room.") : null;
            await Assert.ThrowsAsync<StoreException>(() => node.Operations.Queues.ReleaseAsync(QueueSelection.Dead, "ada", CancellationToken.None));
            await node.CrashAsync();
            Assert.Equal(pages * page, node.Stat(Stat.Released));
            Assert.Equal(all - pages * page, (await node.Operations.Queues.ReleaseAsync(QueueSelection.Dead, "ada", CancellationToken.None)).Done);
            Assert.Equal(all, node.Stat(Stat.Released));
            Assert.Equal(all, StoppedMail.Facts(node, "released").Length);
            var released = node.View(new QueueView { Queue = WorkQueue.Outbound, Limit = all + 1 });
            Assert.Equal(all, released.Count);
            Assert.All(released, document => Assert.Equal((DocumentState.Pending, 1), (document.State, document.Releases)));
        });
    }
}
