using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Operations;
using Tell.Mta.Statistics;

namespace Tell.Tests.LocalDelivery;

/// <summary>Users who send their mail on.</summary>
public sealed class ForwardingTests
{
    [Fact]
    public void Mail_that_is_sent_on_is_filed_where_it_is_sent_to_and_says_how_it_came()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", forward: "bob@home.test");
            await town.PersonAsync("bob");
            await town.SendAsync("ada@home.test");
            await town.SettledAsync();
            Assert.Empty(town.Node.MailFile("ada"));
            var filed = Assert.Single(town.Node.MailFile("bob"));
            Assert.Equal("bob@home.test", filed[ItemNames.Recipients]!.Text);
            Assert.Equal("eve@away.test", filed[ItemNames.Originator]!.Text);
            Assert.Equal(["ada@home.test"], filed[ItemNames.DeliveredTo]!.Texts.AsEnumerable());
            Assert.Equal(9, filed[ItemNames.Loops]!.Numbers[0]);
            Assert.Equal(1, town.Node.Stat(Stat.Forwarded));
            Assert.Contains("forwarded", town.Node.Facts);
        });
    }

    [Fact]
    public void Who_keeps_a_copy_has_one_and_so_has_whom_it_is_sent_to()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", forward: "bob@home.test, x@far.test", keep: true);
            await town.PersonAsync("bob");
            await town.SendAsync("ada@home.test");
            await town.SettledAsync();
            Assert.Single(town.Node.MailFile("ada"));
            Assert.Single(town.Node.MailFile("bob"));
            Assert.Equal("x@far.test", Assert.Single(Assert.Single(town.Peer.Mail).Envelope.Recipients).Address.ToString());
        });
    }

    [Fact]
    public void What_leaves_begins_with_the_address_that_sent_it_on_and_is_the_old_message_after_that()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", forward: "bob@home.test");
            await town.PersonAsync("bob", forward: "x@far.test");
            var body = string.Concat(Enumerable.Repeat("0123456789abcdef\r\n", 20_000));
            await town.SendAsync("ada@home.test", "Subject: S\r\n\r\n" + body);
            await town.SettledAsync();
            var (envelope, message) = Assert.Single(town.Peer.Mail);
            Assert.Equal("eve@away.test", envelope.Sender!.ToString());
            Assert.StartsWith("Delivered-To: bob@home.test\r\nDelivered-To: ada@home.test\r\nReceived: ", message[message.IndexOf("Delivered-To", StringComparison.Ordinal)..]);
            Assert.EndsWith("\r\nSubject: S\r\n\r\n" + body, message);
        });
    }

    [Fact]
    public void A_Memo_of_items_that_is_sent_on_leaves_as_a_message()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", forward: "x@far.test");
            await town.Node.SendAsync("cara@home.test", "ada@home.test", "Grüße", body: "Hallo.\n");
            await town.SettledAsync();
            var (_, message) = Assert.Single(town.Peer.Mail);
            Assert.Contains("Delivered-To: ada@home.test\r\n", message);
            Assert.Contains("From: cara@home.test\r\n", message);
            Assert.Contains("Hallo.\r\n", message);
        });
    }

    [Fact]
    public void A_circle_of_users_fails_once_and_ends()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", forward: "bob@home.test");
            await town.PersonAsync("bob", forward: "ada@home.test");
            await town.SendAsync("ada@home.test");
            await town.SettledAsync();
            Assert.Empty(town.Node.MailFile("ada"));
            Assert.Empty(town.Node.MailFile("bob"));
            var report = Assert.Single(town.Reports);
            Assert.Contains("Status: 5.4.6\r\n", report);
            Assert.Contains("Final-Recipient: rfc822; ada@home.test\r\n", report);
        });
    }

    [Fact]
    public void Of_a_circle_in_which_one_keeps_a_copy_that_one_has_it_and_nobody_hears_of_a_failure()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", forward: "bob@home.test");
            await town.PersonAsync("bob", forward: "ada@home.test", keep: true);
            await town.SendAsync("ada@home.test, bob@home.test");
            await town.SettledAsync();
            Assert.Empty(town.Node.MailFile("ada"));
            Assert.Single(town.Node.MailFile("bob"));
            Assert.Empty(town.Peer.Mail);
        });
    }

    // ada also sends to cara, who has it; who wrote to ada would never hear that dan's mail goes nowhere.
    [Fact]
    public void A_circle_that_one_of_several_ways_leads_into_is_reported_although_the_others_end_well()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", forward: "cara@home.test, dan@home.test");
            await town.PersonAsync("cara");
            await town.PersonAsync("dan", forward: "eli@home.test");
            await town.PersonAsync("eli", forward: "dan@home.test");
            await town.SendAsync("ada@home.test");
            await town.SettledAsync();
            Assert.Single(town.Node.MailFile("cara"));
            Assert.Contains("Final-Recipient: rfc822; dan@home.test\r\n", Assert.Single(town.Reports));
        });
    }

    // It failed with 5.4.6 before loops were held.
    [Fact]
    public void A_message_that_comes_back_from_elsewhere_to_who_sent_it_on_is_held_and_goes_on_when_it_is_released()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", forward: "x@far.test");
            await town.SendAsync("ada@home.test");
            await town.World.Until(() => town.Peer.Mail.Count == 1, "it has left");
            await town.SendAsync("ada@home.test", town.Peer.Mail[0].Message);
            await town.World.Until(() => town.Node.In(WorkQueue.MailBox) is [{ State: DocumentState.Held }], "it is held");
            var held = town.Node.In(WorkQueue.MailBox)[0];
            Assert.StartsWith("Loop: it has come back to ada@home.test, who has sent it on before (Delivered-To). ", held.Reason);
            Assert.Equal(1, town.Node.Stat(Stat.Loops));
            Assert.Single(town.Peer.Mail);

            Assert.Equal(1, (await town.Node.Operations.Queues.ReleaseAsync(QueueSelection.Held, "ada", CancellationToken.None)).Done);
            await town.World.Until(() => town.Peer.Mail.Count == 2, "it has left again");
            // The next round counts again.
            await town.SendAsync("ada@home.test", town.Peer.Mail[1].Message);
            await town.World.Until(() => town.Node.In(WorkQueue.MailBox) is [{ State: DocumentState.Held }], "it is held again");
            Assert.Equal(2, town.Node.Stat(Stat.Loops));
            Assert.Empty(town.Reports);
        });
    }

    [Fact]
    public void A_message_that_somebody_else_marked_is_no_circle_and_neither_is_one_that_is_only_filed()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", forward: "x@far.test");
            await town.PersonAsync("bob");
            await town.SendAsync("ada@home.test,bob@home.test", "Delivered-To: bob@home.test\r\nDelivered-To: list@far.test\r\n\r\n");
            await town.SettledAsync();
            Assert.Single(town.Peer.Mail);
            Assert.Single(town.Node.MailFile("bob"));
        });
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void Mail_is_sent_on_ten_times_and_no_more(int times, bool arrives)
    {
        var town = new Town();
        town.Run(async () =>
        {
            for (var i = 0; i < times; i++)
                await town.PersonAsync($"u{i}", forward: $"u{i + 1}@home.test");
            await town.PersonAsync($"u{times}");
            await town.SendAsync("u0@home.test");
            await town.SettledAsync();
            Assert.Equal(arrives ? 1 : 0, town.Node.MailFile($"u{times}").Count);
            Assert.Equal(arrives ? 0 : 1, town.Reports.Count(report => report.Contains("Status: 5.4.6\r\n")));
        });
    }

    [Fact]
    public void Loops_says_how_often_a_Memo_may_still_be_sent_on()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", forward: "bob@home.test");
            await town.PersonAsync("bob", forward: "cara@home.test");
            await town.PersonAsync("cara");
            foreach (var loops in new[] { 1, 2 })
            {
                await town.Node.PutAsync(new Document
                {
                    Id = default,
                    Form = Forms.Memo,
                    Queue = WorkQueue.MailBox,
                    Items = [Item.OfText(ItemNames.From, "eve@away.test"), Item.OfText(ItemNames.Body, "b"), Item.OfNumber(ItemNames.Loops, loops)],
                    Envelope = new Envelope { Sender = Mailbox.Parse("eve@away.test"), Recipients = [new Recipient(Mailbox.Parse("ada@home.test"))] },
                });
            }
            await town.SettledAsync();
            Assert.Equal(0, Assert.Single(town.Node.MailFile("cara"))[ItemNames.Loops]!.Numbers[0]);
            Assert.Contains("forwarded too often", Assert.Single(town.Reports));
        });
    }

    [Fact]
    public void Who_is_reached_twice_has_it_once()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", forward: "cara@home.test, x@far.test");
            await town.PersonAsync("bob", forward: "x@far.test, cara@home.test");
            await town.PersonAsync("cara");
            await town.SendAsync("ada@home.test, bob@home.test, cara@home.test");
            await town.SettledAsync();
            Assert.Single(town.Node.MailFile("cara"));
            Assert.Single(town.Peer.Mail);
        });
    }

    [Fact]
    public void Forwarding_to_nobody_fails_for_that_address_and_the_sender_sees_whom_it_wrote_to()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", forward: "nobody@home.test");
            await town.SendAsync("ada@home.test");
            await town.SettledAsync();
            var report = Assert.Single(town.Reports);
            Assert.Contains("Original-Recipient: rfc822;ada@home.test\r\n", report.Replace("; ", ";"));
            Assert.Contains("Status: 5.1.1\r\n", report);
        });
    }

    // A field of a message may have any name, and becomes an item.
    [Fact]
    public void A_message_that_claims_to_be_part_of_another_does_not_take_its_place()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada");
            await town.SendAsync("ada@home.test", "Subject: First\r\n\r\n");
            await town.SettledAsync();
            var first = Assert.Single(town.Node.MailFile("ada"));
            await town.Node.PutAsync(new Document
            {
                Id = default,
                Form = Forms.Memo,
                Queue = WorkQueue.MailBox,
                Items = [Item.OfText(ItemNames.Origin, first.Id.ToString()), Item.OfText(ItemNames.Hops, ":x@y.test\tgroup:x")],
                Envelope = new Envelope { Recipients = [new Recipient(Mailbox.Parse("ada@home.test"))] },
            });
            await town.SettledAsync();
            Assert.Equal(2, town.Node.MailFile("ada").Count);
            Assert.Equal("First", town.Node.MailFile("ada")[0][ItemNames.Subject]!.Text);
            Assert.Null(town.Node.MailFile("ada")[1][ItemNames.DeliveredTo]);
        });
    }
}
