using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Operations;
using Tell.Mta.Statistics;
using Tell.Tests.Mta;

namespace Tell.Tests.LocalDelivery;

/// <summary>Recipients on hold (facts: sun-cisco A9).</summary>
public sealed class HoldTests
{
    private static IEnumerable<Document> Held(Node node) => node.In(WorkQueue.MailBox).Where(document => document.State == DocumentState.Held);

    [Fact]
    public void Mail_for_a_recipient_on_hold_waits_and_the_others_have_theirs()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", hold: true);
            await town.PersonAsync("bob");
            await town.PersonAsync("cara", hold: true);
            await town.SendAsync("ada@home.test, bob@home.test, cara@home.test");
            await town.SettledAsync();
            Assert.Single(town.Node.MailFile("bob"));
            Assert.Equal(["ada is on hold", "cara is on hold"], Held(town.Node).Select(held => held.Reason).Order());
            Assert.All(Held(town.Node), held => Assert.Single(held.Envelope!.Recipients));
            Assert.Equal(2, town.Node.Stat(Stat.Held));
            Assert.Equal(2, town.Node.Facts.Count(fact => fact == "held"));
            await town.World.Pass(TimeSpan.FromDays(30));
            Assert.Equal(2, Held(town.Node).Count());
            Assert.Empty(town.Reports);
        });
    }

    // The store failed between filing and settling, and an operator was faster than the next try.
    [Theory]
    [InlineData("bob@home.test")]
    [InlineData("all@home.test")]
    public void What_was_filed_before_an_operator_held_it_is_not_filed_again_when_it_is_released(string to)
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("bob");
            await town.GroupAsync("all", "bob@home.test");
            var failing = true;
            town.Node.Stores.Before = verb => verb == "settle" && failing && town.Node.MailFile("bob").Count > 0 ? new StoreException(StoreFault.InUse, "Not now.") : null;
            await town.SendAsync(to);
            await town.World.Until(() => town.Node.MailFile("bob").Count == 1, "it is filed");
            var id = Assert.Single(town.Node.In(WorkQueue.MailBox)).Id;
            // While ROUTER has it, it is not to be had.
            await town.World.Until(() =>
            {
                failing = false;
                var held = town.Node.Operations.Queues.HoldAsync(QueueSelection.Of(id), "ann", null, CancellationToken.None).GetAwaiter().GetResult().Done == 1;
                failing = true;
                return held;
            }, "it is held");
            failing = false;
            await town.World.Pass(TimeSpan.FromHours(1));
            Assert.Equal(id, Assert.Single(Held(town.Node)).Id);
            Assert.Equal(1, (await town.Node.Operations.Queues.ReleaseAsync(QueueSelection.Of(id), "ann", CancellationToken.None)).Done);
            await town.SettledAsync();
            Assert.Single(town.Node.MailFile("bob"));
            Assert.Empty(town.Node.In(WorkQueue.MailBox));
            Assert.Empty(town.Reports);
        });
    }

    [Fact]
    public void Process_held_releases_those_who_are_not_on_hold_any_more_and_no_others()
    {
        var town = new Town();
        town.Run(async () =>
        {
            foreach (var name in new[] { "ada", "bob", "cara" })
                await town.PersonAsync(name, hold: true);
            await town.SendAsync("ada@home.test, bob@home.test, cara@home.test", "Subject: Late\r\n\r\nText.\r\n");
            await town.SendAsync("ada@home.test");
            await town.SettledAsync();
            await town.PersonAsync("ada");
            await town.PersonAsync("bob", forward: "x@far.test");

            var one = await town.Node.Operations.Holds.ReleaseAsync("CARA", CancellationToken.None);
            Assert.Equal((0, 1), (one.Released, one.StillHeld["cara"]));
            var ada = await town.Node.Operations.Holds.ReleaseAsync("ada", CancellationToken.None);
            Assert.Equal((2, 0), (ada.Released, ada.StillHeld.Count));
            await town.SettledAsync();
            Assert.Equal(2, town.Node.MailFile("ada").Count);
            Assert.Contains("Subject: Late\r\n\r\nText.\r\n", town.Node.Read("ada", town.Node.MailFile("ada")[0]));
            Assert.Equal(["bob is on hold", "cara is on hold"], Held(town.Node).Select(held => held.Reason).Order());

            var all = await town.Node.Operations.Holds.ReleaseAsync(null, CancellationToken.None);
            Assert.Equal((1, 1), (all.Released, all.StillHeld["cara"]));
            await town.SettledAsync();
            // Normal routing again: bob has begun to send his mail on.
            Assert.Single(town.Peer.Mail);
            Assert.Equal("cara is on hold", Assert.Single(Held(town.Node)).Reason);
        });
    }

    [Fact]
    public void What_an_operator_holds_is_not_released_with_it()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada");
            await town.Node.PutAsync(new Document
            {
                Id = default, Form = Forms.Memo, Queue = WorkQueue.MailBox, State = DocumentState.Held, Reason = "looked into",
                Envelope = new Envelope { Recipients = [new Recipient(Mailbox.Parse("ada@home.test"))] },
            });
            Assert.Equal(0, (await town.Node.Operations.Holds.ReleaseAsync(null, CancellationToken.None)).Released);
            Assert.Single(Held(town.Node));
        });
    }

    [Fact]
    public void What_was_sent_on_before_the_hold_is_not_sent_on_again_when_the_copy_is_released()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", forward: "x@far.test", keep: true, hold: true);
            await town.SendAsync("ada@home.test");
            await town.SettledAsync();
            Assert.Single(town.Peer.Mail);
            await town.PersonAsync("ada", forward: "x@far.test", keep: true);
            await town.Node.Operations.Holds.ReleaseAsync(null, CancellationToken.None);
            await town.SettledAsync();
            Assert.Single(town.Peer.Mail);
            Assert.Single(town.Node.MailFile("ada"));
        });
    }

    [Fact]
    public void Held_mail_outlives_a_crash_and_many_pages_are_released_whole()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", hold: true);
            const int many = 1203;
            for (var i = 0; i < many; i++)
                await town.Node.PutAsync(new Document
                {
                    Id = default, Form = Forms.Memo, Queue = WorkQueue.MailBox,
                    Envelope = new Envelope { Recipients = [new Recipient(Mailbox.Parse("ada@home.test"))] },
                });
            await town.World.Until(() => town.Node.Stat("MTA.MAIL.BOX.Held") == many, "all are held");
            await town.Node.CrashAsync();
            await town.Node.LoadAsync();
            Assert.Equal(many, (await town.Node.Operations.Holds.ReleaseAsync(null, CancellationToken.None)).StillHeld["ada"]);
            await town.PersonAsync("ada");
            Assert.Equal(many, (await town.Node.Operations.Holds.ReleaseAsync(null, CancellationToken.None)).Released);
            await town.World.Until(() => town.Node.Operations.Counts().All(count => count.Documents == 0), "all is done");
            Assert.Equal(many, await town.Node.FiledAsync("ada"));
        });
    }
}
