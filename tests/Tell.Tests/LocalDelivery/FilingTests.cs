using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Statistics;
using Tell.Tests.Mta;

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

    [Theory]
    [InlineData("converted")]
    [InlineData("both")]
    public void Attached_files_are_the_same_octets_in_the_mail_file(string format)
    {
        var octets = new byte[300_000];
        new Random(7).NextBytes(octets);
        var message = "From: eve@away.test\r\nSubject: S\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nText.\r\n--b\r\nContent-Type: application/octet-stream\r\n"
            + $"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a.bin\r\n\r\n{Convert.ToBase64String(octets, Base64FormattingOptions.InsertLineBreaks)}\r\n"
            + "--b\r\nContent-Disposition: attachment; filename=empty\r\n\r\n\r\n--b--\r\n";
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", format: format);
            await town.SendAsync("ada@home.test", message);
            await town.SettledAsync();
            var filed = Assert.Single(town.Node.MailFile("ada"));
            var files = filed.Items.Where(item => item.Kind == ItemKind.Attachment).ToArray();
            Assert.Equal(["a.bin", "empty"], files.Select(file => file.Text));
            var file = await town.Node.OpenAsync("mail/ada");
            using var kept = new MemoryStream();
            await foreach (var piece in file.ReadContentAsync(files[0].Content!, CancellationToken.None))
                kept.Write(piece.Span);
            Assert.Equal(octets, kept.ToArray());
            Assert.Equal(0, files[1].Content!.Size);
            // Read again, it is a message with the same file in it.
            Assert.Contains(Convert.ToBase64String(octets, 0, 45), town.Node.Read("ada", filed));
            if (format == "both")
                Assert.EndsWith(message, town.Node.Read("ada", filed));
        });
    }

    [Theory]
    [InlineData("mime")]
    [InlineData("converted")]
    [InlineData("both")]
    public void Whatever_was_filed_can_be_read_and_exported(string format)
    {
        string[] messages =
        [
            "Subject: no author\r\n\r\nHello.\r\n", "From: not an address\r\nSubject: x\r\n\r\nHello.\r\n", "\r\nno header\r\n", "no end", "From: <>\r\nTo: undisclosed:;\r\n\r\n",
            "From: a@b.test\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n",
            "From: a@b.test\r\nFrom: c@d.test\r\nBcc: e@f.test\r\nDate: never\r\nMessage-ID: <\r\nReferences: <<<>>> <a@b\r\nImportance: x\r\n\r\nFrom here on.\r\n", Mixed,
        ];
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", format: format);
            foreach (var message in messages)
            {
                await town.SendAsync("ada@home.test", message);
                // A report has the null sender.
                await town.SendAsync("ada@home.test", message, from: "");
            }
            await town.SettledAsync();
            Assert.Empty(town.Node.View(new QueueView { State = DocumentState.Dead }));
            var filed = town.Node.MailFile("ada");
            Assert.Equal(2 * messages.Length, filed.Count);
            Assert.All(filed, document => Assert.NotEmpty(town.Node.Read("ada", document)));
            var mail = town.Node.Operations.Mail;
            Assert.Equal(filed.Count, await mail.ExportAsync("ada", Tell.Mta.Operations.MailExportFormat.Mbox, "/out.mbox", null, CancellationToken.None));
            Assert.Equal(filed.Count, town.Node.Files["/out.mbox"].Split('\n').Count(line => line.StartsWith("From ", StringComparison.Ordinal)));
            Assert.Equal(filed.Count, await mail.ExportAsync("ada", Tell.Mta.Operations.MailExportFormat.Eml, "/eml", null, CancellationToken.None));
            Assert.Equal(filed.Count, await mail.ExportAsync("ada", Tell.Mta.Operations.MailExportFormat.Maildir, "/maildir", null, CancellationToken.None));
            Assert.Equal(0, await mail.ExportAsync("ada", Tell.Mta.Operations.MailExportFormat.Maildir, "/maildir", null, CancellationToken.None));
        });
    }

    [Fact]
    public void A_Maildir_is_looked_through_once_for_an_export_and_not_for_each_message()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada");
            for (var i = 0; i < 30; i++)
                await town.SendAsync("ada@home.test");
            await town.SettledAsync();
            var looks = 0;
            town.Node.Files.Before = (verb, _) =>
            {
                looks += verb == "list" ? 1 : 0;
                return null;
            };
            // Half of a message that an export has left, which was cut off.
            town.Node.Files.Put($"/maildir/tmp/{town.Node.MailFile("ada")[3].Id.Time.ToUnixTimeSeconds()}.{town.Node.MailFile("ada")[3].Id}.mta.test", "half");
            Assert.Equal(30, await town.Node.Operations.Mail.ExportAsync("ada", Tell.Mta.Operations.MailExportFormat.Maildir, "/maildir", null, CancellationToken.None));
            Assert.True(looks <= 10, $"{looks} looks");
            Assert.Equal(0, await town.Node.Operations.Mail.ExportAsync("ada", Tell.Mta.Operations.MailExportFormat.Maildir, "/maildir", null, CancellationToken.None));
            Assert.True(looks <= 20, $"{looks} looks");
            Assert.Equal(30, town.Node.Files.Paths.Count(path => path.StartsWith("/maildir/", StringComparison.Ordinal)));
        });
    }

    // Unknown is temporary: while NAMES cannot be read nobody is nobody.
    [Fact]
    public void While_the_address_book_cannot_be_read_mail_waits_and_nobody_is_told_that_it_failed()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", forward: "bob@home.test, x@far.test");
            await town.PersonAsync("bob", route: "lmtp:192.0.2.99");
            await town.Node.Operations.StopAsync(Tell.Mta.Operations.TaskSelection.InboundConversion, CancellationToken.None);
            await town.SendAsync("ada@home.test");
            // Damaged while the message is on its way; the next look finds it changed.
            town.Node.Stores.BeforeNames = _ => new StoreException(StoreFault.Damaged, "NAMES is damaged.");
            await town.PersonAsync("bob");
            await town.Node.Operations.StartAsync(Tell.Mta.Operations.TaskSelection.InboundConversion, CancellationToken.None);
            await town.World.Pass(TimeSpan.FromHours(3));
            Assert.Empty(town.Reports);
            Assert.Empty(town.Node.View(new QueueView { State = DocumentState.Dead }));
            Assert.Empty(town.Node.MailFile("bob"));
            Assert.Equal(451, (await SmtpTalk.SendAsync(town.World, town.Node, "eve@away.test", "ada@home.test", "\r\n")).Recipients[0].Reply!.Code);
            town.Node.Stores.BeforeNames = _ => null;
            await town.SettledAsync();
            Assert.Single(town.Node.MailFile("bob"));
            Assert.Single(town.Peer.Mail);
        });
    }

    // Filed, then the store failed; the next try finds the mail file closed to it, and the message there.
    [Fact]
    public void What_was_filed_before_the_store_failed_is_not_reported_as_failed_when_the_mail_file_fails_too()
    {
        var town = new Town(settings => settings with { ExpireAfter = TimeSpan.FromMinutes(30) });
        town.Run(async () =>
        {
            await town.PersonAsync("bob");
            await town.PersonAsync("cara", forward: "x@far.test");
            var failing = true;
            var filed = false;
            town.Node.Stores.Filed = file => filed |= file == "mail/bob";
            town.Node.Stores.Before = verb => verb == "read" && failing && filed ? new StoreException(StoreFault.InUse, "Not now.") : null;
            town.Node.Stores.BeforeFile = verb => filed && verb.StartsWith("put mail/bob", StringComparison.Ordinal) ? new StoreException(StoreFault.InUse, "Not now.") : null;
            await town.SendAsync("bob@home.test, cara@home.test");
            await town.World.Until(() => filed, "it is filed");
            failing = false;
            await town.SettledAsync(TimeSpan.FromHours(2));
            Assert.Single(town.Node.MailFile("bob"));
            Assert.Empty(town.Reports);
        });
    }
}
