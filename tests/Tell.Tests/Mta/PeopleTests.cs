using Tell.Documents;
using Tell.Mail;
using Tell.Smtp;
using static Tell.Tests.Mta.DeliveryReportTaskTests;

namespace Tell.Tests.Mta;

/// <summary>Recipients and senders that are out of the ordinary.</summary>
public sealed class PeopleTests
{
    [Fact]
    public void All_names_of_a_person_lead_to_one_mail_file()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            await node.Operations.Names.ImportAsync("""{"form":"Person","shortName":["ada","lovelace"],"internetAddress":"countess@home.test"}""", CancellationToken.None);
            foreach (var name in new[] { "ada@home.test", "Lovelace@home.test", "countess@home.test" })
                await SmtpTalk.SendAsync(world, node, "bob@away.test", name, "\r\n");
            await world.Until(() => node.MailFile("ada").Count == 3, "all are in one file");
            Assert.Equal(["ada"], node.Operations.Mail.Users());
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_recipient_named_twice_has_the_message_once()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { LocalDomains = [Domain.Parse("home.test")], RelayClients = [System.Net.IPNetwork.Parse("192.0.2.0/24")] });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await SmtpTalk.SendAsync(world, node, "bob@away.test", "ada@home.test,x@one.test,ada@HOME.test,x@one.test", "\r\n");
            await world.Until(() => node.MailFile("ada").Count > 0 && peer.Mail.Count > 0, "it is there");
            await world.Pass(TimeSpan.FromMinutes(1));
            Assert.Single(node.MailFile("ada"));
            Assert.Single(Assert.Single(peer.Mail).Envelope.Recipients);
            await node.Mta.DisposeAsync();
        });
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("/a")]
    [InlineData("a//b")]
    [InlineData("../../etc/passwd")]
    public void A_local_part_that_no_mail_file_can_have_is_refused_and_not_dead_later(string name)
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            var sent = await SmtpTalk.SendAsync(world, node, "bob@away.test", Mailbox.TryParse($"{name}@home.test", out _) ? $"{name}@home.test" : $"\"{name}\"@home.test", "\r\n");
            Assert.Equal("550 5.1.1 User not listed in public Name & Address Book", sent.Recipients[0].Reply!.ToString());
            await world.Pass(TimeSpan.FromMinutes(1));
            Assert.Empty(node.Operations.Mail.Users());
            Assert.All(WorkQueues.All, queue => Assert.Empty(node.In(queue)));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_local_part_of_a_blank_has_a_mail_file_of_its_own()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            await SmtpTalk.SendAsync(world, node, "bob@away.test", "\" \"@home.test", "\r\n");
            await world.Until(() => node.Operations.Mail.Users() is [var user] && node.MailFile(user).Count == 1, "it is filed");
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_Memo_with_blind_copies_only_goes_out_once_for_each()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "", bcc: "a@one.test, b@one.test");
            await node.SendAsync("ada@elsewhere.test", "c@one.test", bcc: "c@one.test");
            await world.Until(() => node.In(WorkQueue.SmtpBox).Count == 0, "all is done");
            Assert.Equal(["a", "b", "c"], peer.Mail.Select(mail => Assert.Single(mail.Envelope.Recipients).Address.LocalPart).Order());
            Assert.DoesNotContain("b@one.test", peer.Mail.Single(mail => mail.Envelope.Recipients[0].Address.LocalPart == "a").Message);
            await node.Mta.DisposeAsync();
        });
    }

    [Theory]
    [InlineData("caf\u00e9", "Subject: x\r\n\r\nun caf\u00e9\r\n", BodyType.EightBitMime)]
    [InlineData("plain", "Subject: x\r\n\r\nplain\r\n", BodyType.SevenBit)]
    public void A_report_is_declared_by_the_octets_that_it_returns(string what, string message, BodyType declared)
    {
        Assert.NotEmpty(what);
        var world = new World();
        var origin = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("origin.test", origin)) with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await origin.UpAsync();
            await node.LoadAsync();
            // The client does not say BODY=8BITMIME, whatever it sends.
            await StoppedMail.PutUnknownAsync(node, "ada@origin.test", message);
            await world.Until(() => origin.Mail.Count == 1, "the report is there");
            Assert.Equal(declared, origin.Mail[0].Envelope.Body);
            Assert.Equal(declared == BodyType.EightBitMime, origin.Mail[0].Message.Contains("Content-Transfer-Encoding: 8bit", StringComparison.Ordinal));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_sender_with_letters_beyond_ASCII_has_its_report_by_SMTPUTF8()
    {
        var world = new World();
        var (peer, origin) = (world.Peer(), world.Peer());
        peer.OnRecipient = _ => Reply.Of(550, "5.1.1", "No such user");
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer), ("origin.test", origin)));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await origin.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("j\u00fcrgen@origin.test", "bob@one.test");
            await world.Until(() => origin.Mail.Count == 1, "the report is there");
            Assert.True(origin.Mail[0].Envelope.SmtpUtf8);
            Assert.Contains("To: j\u00fcrgen@origin.test", origin.Mail[0].Message);
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_sender_at_an_address_literal_has_its_report_there()
    {
        var world = new World();
        var (peer, origin) = (world.Peer(), world.Peer());
        peer.OnRecipient = _ => Reply.Of(550, "5.1.1", "No such user");
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await origin.UpAsync();
            await node.LoadAsync();
            await node.SendAsync($"ada@[{origin.Host.Host}]", "bob@one.test");
            await world.Until(() => origin.Mail.Count == 1, "the report is there");
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void An_exported_person_keeps_the_password_when_it_is_imported_again()
    {
        var world = new World();
        var node = world.Node("mta.test");
        world.Run(async () =>
        {
            var names = node.Operations.Names;
            await names.ImportAsync("""{"form":"Person","shortName":"ada","password":"secret"}""", CancellationToken.None);
            var before = (await names.FindAsync("ada", CancellationToken.None))!["Password"]!.Text;
            var again = await names.ImportAsync(await names.ExportAsync(CancellationToken.None), CancellationToken.None);
            Assert.Equal((0, 1), (again.Added, again.Replaced));
            Assert.Equal(before, (await names.FindAsync("ada", CancellationToken.None))!["Password"]!.Text);
            await node.Mta.DisposeAsync();
        });
    }

    [Theory]
    [InlineData("""{"form":"Person","shortName":"ada","password":""}""", "password")]
    [InlineData("""{"form":"Person","shortName":"ada","password":"a\tb"}""", "password")]
    [InlineData("""{"form":"Person","internetAddress":["a@b.test","c@d.test"]}""", "internetAddress")]
    [InlineData("""{"form":"Person","shortName":"\ud800"}""", "shortName")]
    [InlineData("""{"form":"Person","shortName":"ada","fullName":null}""", "fullName")]
    [InlineData("""{"form":"Person"}""", "shortName")]
    [InlineData("""[1]""", "not a JSON object")]
    [InlineData("""{""", "not JSON")]
    public void A_person_that_cannot_be_is_refused_with_its_field(string json, string named)
    {
        var world = new World();
        var node = world.Node("mta.test");
        world.Run(async () =>
        {
            var report = await node.Operations.Names.ImportAsync(json, CancellationToken.None);
            Assert.Equal((0, 0), (report.Added, report.Replaced));
            Assert.Contains(named, Assert.Single(report.Problems));
            await node.Mta.DisposeAsync();
        });
    }
}
