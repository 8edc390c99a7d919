using Tell.Documents;
using Tell.Mail;
using Tell.Smtp;

namespace Tell.Tests.Mta;

/// <summary>The sentences of seed 002 on the states that documents pass through, and on the task that ends them.</summary>
public sealed class DocumentStateTests
{
    // "The SMTP add-in controller starts the Delivery Report Task (DRT) when the MTA loads. DRT appears on the server console as SMTPMTA drt."
    [Fact]
    public void The_Delivery_Report_Task_starts_with_the_MTA_and_is_shown_as_SMTPMTA_drt()
    {
        var world = new World();
        var node = world.Node("mta.test");
        world.Run(async () =>
        {
            Assert.DoesNotContain(node.Operations.ShowTasks(), line => line.Task == "SMTPMTA drt");
            await node.LoadAsync();
            Assert.Equal("Idle", Assert.Single(node.Operations.ShowTasks(), line => line.Task == "SMTPMTA drt").Description);
            await node.Mta.DisposeAsync();
        });
    }

    // "Each message coming in or going out through the MTA passes through a series of "states." These "states" have different meanings depending on which database a
    // message is in. There are a total of four "states"; however, a message doesn't pass through each state during its lifetime."
    [Fact]
    public void What_goes_well_waits_and_is_locked_and_done_and_never_failed()
    {
        var seen = StatesOf("bob@one.test", _ => null);
        Assert.Contains((WorkQueue.SmtpBox, DocumentState.Pending), seen);
        Assert.Contains((WorkQueue.Outbound, DocumentState.Pending), seen);
        Assert.Contains((WorkQueue.Outbound, DocumentState.LockedForXmit), seen);
        Assert.Contains((WorkQueue.Outbound, DocumentState.Success), seen);
        Assert.DoesNotContain(seen, one => one.State is DocumentState.Failure or DocumentState.Dead or DocumentState.Held);
        // Only in the Outbound Work Queue is anything locked for transmission.
        Assert.DoesNotContain(seen, one => one is { State: DocumentState.LockedForXmit, Queue: not WorkQueue.Outbound });
    }

    [Fact]
    public void What_is_refused_waits_and_is_locked_and_failed_and_never_done()
    {
        var seen = StatesOf("bob@one.test", _ => Reply.Of(550, "5.1.1", "No such user"));
        Assert.Contains((WorkQueue.Outbound, DocumentState.Pending), seen);
        Assert.Contains((WorkQueue.Outbound, DocumentState.LockedForXmit), seen);
        Assert.Contains((WorkQueue.Outbound, DocumentState.Failure), seen);
        Assert.DoesNotContain((WorkQueue.Outbound, DocumentState.Success), seen);
    }

    // The states that documents were in after each change, and while the peer looked at the recipient. Reports are left out.
    private static HashSet<(WorkQueue Queue, DocumentState State)> StatesOf(string to, Func<Mailbox, Reply?> says)
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => DeliveryReportTaskTests.Routed(settings, ("one.test", peer)) with { LocalDomains = [Domain.Parse("home.test")] });
        var seen = new HashSet<(WorkQueue, DocumentState)>();
        peer.OnRecipient = mailbox =>
        {
            Look(node.View(new QueueView()));
            return says(mailbox);
        };
        node.Stores.Changed = queues => Look(queues.ViewAsync(new QueueView(), CancellationToken.None).Result);
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@home.test", to);
            await world.Until(() => node.View(new QueueView()).Count == 0, "it has come to its end");
            await node.Mta.DisposeAsync();
        });
        return seen;

        void Look(IEnumerable<Document> documents) => seen.UnionWith(documents.Where(document => !Forms.IsReport(document.Form)).Select(document => (document.Queue!.Value, document.State)));
    }
}
