using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Statistics;

namespace Tell.Tests.LocalDelivery;

/// <summary>In which form mail is filed, and what becomes of it where it cannot be.</summary>
public sealed class FilingTests
{
    private const string Mixed = "Subject: S\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nText.\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment\r\n\r\npdf\r\n--b--\r\n";

    [Theory]
    [InlineData("mime", true, false)]
    [InlineData("converted", false, true)]
    [InlineData("both", true, true)]
    public void Mail_is_filed_as_its_user_wants_it(string format, bool whole, bool items)
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", format: format);
            await town.SendAsync("ada@home.test", Mixed);
            await town.SettledAsync();
            var filed = Assert.Single(town.Node.MailFile("ada"));
            Assert.Equal("S", filed[ItemNames.Subject]!.Text);
            Assert.Equal("ada@home.test", filed[ItemNames.Recipients]!.Text);
            Assert.Equal(whole, filed.Content is not null);
            Assert.Equal(items, filed.Items.Any(item => item.Kind == ItemKind.Attachment && item.Text == "a.pdf"));
            Assert.Equal(items, filed[ItemNames.Body] is not null);
            Assert.Equal(0, town.Node.Stat(Stat.ItemizeErrors));
            if (whole)
                Assert.EndsWith(Mixed, town.Node.Read("ada", filed));
        });
    }

    [Fact]
    public void What_could_not_be_read_whole_is_kept_whole_and_counted_once()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", format: "converted");
            const string damaged = "Subject: S\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!! no base64 at all !!!!\r\n";
            await town.SendAsync("ada@home.test", damaged);
            await town.SettledAsync();
            var filed = Assert.Single(town.Node.MailFile("ada"));
            Assert.NotNull(filed[ItemNames.ItemizeError]);
            Assert.EndsWith(damaged, town.Node.Read("ada", filed));
            Assert.Equal(1, town.Node.Stat(Stat.ItemizeErrors));
        });
    }

    [Fact]
    public void A_Memo_of_items_is_filed_as_items_whatever_its_user_wants()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", format: "both");
            await town.Node.SendAsync("cara@home.test", "ada@home.test", body: "Hello.\n");
            await town.SettledAsync();
            var filed = Assert.Single(town.Node.MailFile("ada"));
            Assert.Null(filed.Content);
            Assert.Equal("Hello.\n", filed[ItemNames.Body]!.Text);
        });
    }

    [Fact]
    public void A_mail_file_that_cannot_be_opened_delays_its_own_mail_and_no_other()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada");
            await town.PersonAsync("bob");
            town.Node.Stores.BeforeFile = verb => verb.EndsWith("mail/ada") ? new StoreException(StoreFault.Damaged, "mail/ada is damaged.") : null;
            await town.SendAsync("ada@home.test, bob@home.test");
            await town.SendAsync("bob@home.test");
            await town.World.Until(() => town.Node.MailFile("bob").Count == 2, "bob has his", TimeSpan.FromMinutes(1));
            Assert.Equal("mail/ada is damaged.", Assert.Single(town.Node.In(WorkQueue.MailBox)).Reason);
            await town.World.Pass(TimeSpan.FromHours(10));
            Assert.Equal(0, town.Node.Stat(Stat.Dead));
            town.Node.Stores.BeforeFile = _ => null;
            await town.SettledAsync(TimeSpan.FromHours(5));
            Assert.Single(town.Node.MailFile("ada"));
            Assert.Equal(2, town.Node.MailFile("bob").Count);
        });
    }

    [Fact]
    public void Into_a_Maildir_goes_what_came_and_a_Maildir_that_cannot_be_used_delays_its_own_mail()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", route: "maildir:/home/ada/Maildir");
            await town.PersonAsync("bob");
            town.Node.Files.Before = (verb, path) => verb == "write" ? new IOException($"{path}: no.") : null;
            await town.SendAsync("ada@home.test, bob@home.test");
            await town.World.Until(() => town.Node.MailFile("bob").Count == 1, "bob has his", TimeSpan.FromMinutes(1));
            Assert.Equal(DocumentState.Failure, Assert.Single(town.Node.In(WorkQueue.MailBox)).State);
            town.Node.Files.Before = (_, _) => null;
            await town.SettledAsync(TimeSpan.FromHours(5));
            var path = Assert.Single(town.Node.Files.Paths);
            Assert.StartsWith("/home/ada/Maildir/new/", path);
            Assert.StartsWith("Return-Path: <eve@away.test>\nDelivered-To: ada@home.test\nReceived: ", town.Node.Files[path]);
            Assert.EndsWith("Subject: Test\n\nHello.\n", town.Node.Files[path]);
        });
    }

    [Fact]
    public void A_Maildir_has_one_copy_when_the_process_dies_before_it_could_say_so()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", route: "maildir:/home/ada/Maildir");
            var moved = false;
            town.Node.Files.Before = (verb, _) =>
            {
                moved |= verb == "move";
                return null;
            };
            town.Node.Stores.Before = verb => moved && verb == "settle" ? new StoreException(StoreFault.InputOutput, "No.") : null;
            await town.SendAsync("ada@home.test");
            await town.World.Until(() => moved, "it is filed");
            await town.Node.CrashAsync();
            await town.Node.LoadAsync();
            await town.SettledAsync();
            Assert.Single(town.Node.Files.Paths);
        });
    }

    [Fact]
    public void Recipients_of_LMTP_and_of_the_Internet_leave_in_one_parent()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", route: "lmtp:192.0.2.99:24");
            await town.PersonAsync("bob", route: "lmtp:192.0.2.99:24");
            await town.Node.Operations.StopAsync(Tell.Mta.Operations.TaskSelection.OutboundConversion, CancellationToken.None);
            await town.Node.PutAsync(new Document
            {
                Id = default,
                Form = Forms.Memo,
                Queue = WorkQueue.MailBox,
                Items = [Item.OfText(ItemNames.From, "eve@away.test"), Item.OfText(ItemNames.Body, "b")],
                Envelope = new Envelope { Sender = Mailbox.Parse("eve@away.test"), Recipients = [.. new[] { "ada@home.test", "x@far.test", "bob@home.test" }.Select(to => new Recipient(Mailbox.Parse(to)))] },
            });
            await town.Node.Operations.StartAsync(Tell.Mta.Operations.TaskSelection.OutboundConversion, CancellationToken.None);
            await town.World.Pass(TimeSpan.FromSeconds(5));
            Assert.Empty(town.Node.Operations.Mail.Users());
            var queued = Assert.Single(town.Node.Log, line => line.Contains("\"queue\":\"SMTP.BOX\"") && line.Contains("\"fact\":\"queued\""));
            Assert.Contains("\"to\":[\"ada@home.test\",\"x@far.test\",\"bob@home.test\"]", queued);
        });
    }

    // A fault of ours parks a document after a few times; a full mail file is none.
    [Fact]
    public void A_document_that_waited_long_for_room_does_not_die_of_one_fault()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", quota: 1_000);
            await town.SendAsync("ada@home.test", "Subject: S\r\n\r\n" + string.Concat(Enumerable.Repeat("0123456789\r\n", 200)));
            await town.World.Pass(TimeSpan.FromDays(1));
            Assert.True(Assert.Single(town.Node.In(WorkQueue.MailBox)).AttemptCount > 5);
            var faults = 0;
            town.Node.Stores.BeforeFile = _ => faults++ == 0 ? new InvalidOperationException("We are wrong.") : null;
            await town.World.Until(() => faults > 1, "it was tried again", TimeSpan.FromHours(5));
            Assert.Equal(0, town.Node.Stat(Stat.Dead));
        });
    }
}
