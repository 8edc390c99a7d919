using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Statistics;
using Tell.Smtp;
using static Tell.Tests.Mta.DeliveryReportTaskTests;

namespace Tell.Tests.Mta;

/// <summary>What a store that fails for a while does to the tasks: nothing that outlasts it.</summary>
public sealed class StoreFaultTests
{
    [Fact]
    public void Taken_documents_go_on_as_soon_as_there_is_room_again()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            node.Stores.Taken = (queue, _) =>
            {
                if (node.In(WorkQueue.SmtpBox).Count + node.In(WorkQueue.MailBox).Count == 4)
                    node.Stores.Fill();
                return Task.CompletedTask;
            };
            await node.Operations.StopAsync(Tell.Mta.Operations.TaskSelection.OutboundConversion, CancellationToken.None);
            for (var i = 0; i < 3; i++)
                await node.SendAsync("ada@elsewhere.test", $"r{i}@one.test");
            await node.SendAsync("ada@elsewhere.test", "bob@home.test");
            await node.Operations.StartAsync(Tell.Mta.Operations.TaskSelection.OutboundConversion, CancellationToken.None);
            await world.Pass(TimeSpan.FromMinutes(3));
            Assert.Empty(peer.Mail);
            node.Stores.Taken = (_, _) => Task.CompletedTask;
            node.Stores.Mend();
            await world.Until(() => peer.Mail.Count == 3 && node.MailFile("bob").Count == 1, "all are there", TimeSpan.FromMinutes(3));
            Assert.Equal(0, node.Stat(Stat.Dead));
            await world.Until(() => WorkQueues.All.All(queue => node.In(queue).Count == 0), "nothing is left");
            await node.Mta.DisposeAsync();
        });
    }

    // Memory is short for as long as others need it: no fault of the document (DESIGN 5.9).
    [Fact]
    public void No_document_dies_of_memory_that_is_short()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            node.Stores.BeforeFile = verb => verb.StartsWith("put ", StringComparison.Ordinal) ? new OutOfMemoryException() : null;
            await node.SendAsync("ada@home.test", "bob@home.test");
            await world.Pass(TimeSpan.FromMinutes(10));
            Assert.Equal(0, node.Stat(Stat.Dead));
            Assert.Single(node.In(WorkQueue.MailBox));
            node.Stores.BeforeFile = _ => null;
            await world.Until(() => node.MailFile("bob").Count == 1, "it is filed", TimeSpan.FromMinutes(2));
            await node.Mta.DisposeAsync();
        });
    }

    // A batch is as large as what is in it is small: a hundred large headers are not worked on together.
    [Fact]
    public void What_is_large_is_settled_a_little_at_a_time()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            await node.Operations.StopAsync(Tell.Mta.Operations.TaskSelection.InboundConversion, CancellationToken.None);
            var header = string.Concat(Enumerable.Range(0, 200).Select(i => $"X-Long-{i}: {new string('x', 900)}\r\n"));
            for (var i = 0; i < 100; i++)
                await SmtpTalk.SendAsync(world, node, "eve@far.test", "bob@home.test", $"Subject: {i}\r\n{header}\r\nhello\r\n");
            var largest = 0L;
            node.Stores.Settling = settlements =>
                largest = Math.Max(largest, settlements.Sum(settlement => settlement.Created.Sum(made => made.Items.Sum(item => item.Texts.Sum(text => (long)text.Length)))));
            await node.Operations.StartAsync(Tell.Mta.Operations.TaskSelection.InboundConversion, CancellationToken.None);
            await world.Until(() => node.MailFile("bob").Count == 100, "all are filed", TimeSpan.FromMinutes(2));
            Assert.InRange(largest, 500_000, 3_000_000);
            await node.Mta.DisposeAsync();
        });
    }

    // Clearing away is what makes room: a report that cannot be written must not stand in its way.
    [Fact]
    public void A_report_that_finds_no_room_waits_and_what_is_done_is_cleared_away()
    {
        var world = new World();
        var peer = world.Peer();
        peer.OnRecipient = mailbox => mailbox.LocalPart == "nobody" ? Reply.Of(550, "5.1.1", "No such user") : null;
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.Operations.StopAsync(Tell.Mta.Operations.TaskSelection.DrTask, CancellationToken.None);
            await node.SendAsync("ada@home.test", "nobody@one.test");
            await world.Until(() => node.In(WorkQueue.Outbound) is [{ State: DocumentState.Failure, Due: null }], "the first has failed");
            await node.SendAsync("ada@home.test", "bob@one.test");
            await world.Until(() => node.In(WorkQueue.Outbound) is [_, { State: DocumentState.Success }], "the second is done");
            node.Stores.Before = verb => verb == "write" ? new StoreException(StoreFault.Full, "No room on the disk.") : null;
            await node.Operations.StartAsync(Tell.Mta.Operations.TaskSelection.DrTask, CancellationToken.None);
            await world.Until(() => node.In(WorkQueue.Outbound).Count == 1, "the second is cleared away");
            Assert.Equal(DocumentState.Failure, node.In(WorkQueue.Outbound)[0].State);
            node.Stores.Mend();
            await world.Until(() => node.MailFile("ada").Count == 1, "the report is filed", TimeSpan.FromMinutes(3));
            Assert.Equal(0, node.Stat(Stat.Dead));
            await node.Mta.DisposeAsync();
        });
    }

    // The environment's fault is none of the task's: it says so in one line at each try, and does not end.
    [Fact]
    public void A_full_disk_makes_the_report_task_wait_and_not_restart()
    {
        var world = new World();
        var peer = world.Peer();
        peer.OnRecipient = _ => Reply.Of(550, "5.1.1", "No such user");
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.Operations.StopAsync(Tell.Mta.Operations.TaskSelection.DrTask, CancellationToken.None);
            await node.SendAsync("ada@home.test", "nobody@one.test");
            await world.Until(() => node.In(WorkQueue.Outbound) is [{ State: DocumentState.Failure, Due: null }], "it has failed");
            node.Stores.Fill();
            await node.Operations.StartAsync(Tell.Mta.Operations.TaskSelection.DrTask, CancellationToken.None);
            await world.Pass(TimeSpan.FromMinutes(5));
            Assert.DoesNotContain(node.Warnings.Lines, line => line.StartsWith("failed;", StringComparison.Ordinal));
            Assert.InRange(node.Warnings.Lines.Count(line => line.EndsWith("No room on the disk.", StringComparison.Ordinal)), 8, 12);
            Assert.Equal("Waits for the store", node.Operations.ShowTasks().Single(task => task.Task == "SMTPMTA drt").Description);
            node.Stores.Mend();
            await world.Until(() => node.MailFile("ada").Count == 1, "the report is filed", TimeSpan.FromMinutes(3));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void Tallies_survive_a_full_disk()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            node.Stores.Fill();
            await SmtpTalk.SendAsync(world, node, "eve@away.test", "bob@elsewhere.test", "\r\n");
            await world.Pass(TimeSpan.FromMinutes(10));
            node.Stores.Mend();
            await world.Pass(TimeSpan.FromMinutes(10));
            Assert.Equal(1, node.Stat(Stat.RefusedRecipients));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_full_disk_for_an_hour_makes_no_document_dead()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            node.Stores.Before = verb => verb == "read" ? new StoreException(StoreFault.InputOutput, "The disk is gone.") : null;
            await SmtpTalk.SendAsync(world, node, "bob@away.test", "ada@home.test", "Subject: hello\r\n\r\n");
            await world.Pass(TimeSpan.FromHours(1));
            // One fault of ours, after many of the store, is no reason to give up.
            var once = true;
            node.Stores.Before = verb => verb == "read" && once && !(once = false) ? new InvalidOperationException("a mistake") : null;
            await world.Until(() => node.MailFile("ada").Count == 1, "it is filed", TimeSpan.FromMinutes(5));
            await node.Mta.DisposeAsync();
        });
    }
}
