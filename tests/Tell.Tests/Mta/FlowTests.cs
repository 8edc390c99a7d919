using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Statistics;
using Tell.Smtp;
using static Tell.Tests.Mta.DeliveryReportTaskTests;

namespace Tell.Tests.Mta;

/// <summary>The whole MTA on a virtual clock and a network in memory (DESIGN 5.7).</summary>
public sealed class FlowTests
{
    [Fact]
    public void A_message_for_a_local_user_is_filed_in_the_mail_file()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            await SmtpTalk.SendAsync(world, node, "bob@away.test", "ada@home.test", "Subject: hello\r\nFrom: bob@away.test\r\n\r\nline\r\n..dots\r\n");
            await world.Until(() => node.MailFile("ada").Count == 1, "it is filed");
            var memo = node.MailFile("ada")[0];
            Assert.Equal(Forms.Memo, memo.Form);
            Assert.Equal("hello", memo["Subject"]!.Text);
            Assert.Equal("bob@away.test", memo["From"]!.Text);
            var text = node.Read("ada", memo);
            Assert.StartsWith("Received: from client.test ([192.0.2.200])", text);
            Assert.EndsWith("\r\n\r\nline\r\n..dots\r\n", text);
            await world.Pass(TimeSpan.FromMinutes(5));
            Assert.All(WorkQueues.All, queue => Assert.Empty(node.In(queue)));
            await node.Mta.DisposeAsync();
        });
    }

    [Theory]
    [InlineData("\"a//b\"@home.test")]
    [InlineData("\"/etc/passwd\"@home.test")]
    [InlineData("a/b@home.test")]
    [InlineData("\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a@home.test")]
    public void A_name_that_no_mail_file_can_have_is_refused_and_not_left_to_die(string address)
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            var sent = await SmtpTalk.SendAsync(world, node, "bob@away.test", address, "Subject: one\r\n\r\n");
            Assert.Equal("550 5.1.1 User not listed in public Name & Address Book", sent.Recipients[0].Reply!.ToString());
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_person_is_not_taken_in_under_a_name_that_no_mail_file_can_have()
    {
        var world = new World();
        var node = world.Node("mta.test");
        world.Run(async () =>
        {
            await node.LoadAsync();
            var report = await node.Operations.Names.ImportAsync("""[{"form":"Person","shortName":["a//b"]}]""", CancellationToken.None);
            Assert.Equal(0, report.Added);
            Assert.Contains(report.Problems, problem => problem.EndsWith("\"a//b\" cannot name a mail file", StringComparison.Ordinal));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void The_postmaster_of_this_host_is_there_whatever_domains_are_local()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            var sent = await SmtpTalk.SendAsync(world, node, "bob@away.test", "PostMaster@mta.test", "Subject: help\r\n\r\n");
            Assert.True(sent.Recipients[0].Delivered);
            await world.Until(() => node.MailFile("postmaster").Count == 1, "it is filed");
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_known_person_is_local_in_any_domain_and_an_unknown_one_is_refused_where_persons_are_listed()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            var report = await node.Operations.Names.ImportAsync(
                """[{"form":"Person","fullName":["Ada Lovelace"],"shortName":["ada","al@other.test"],"internetAddress":"ada@home.test","password":"secret"}]""", CancellationToken.None);
            Assert.Equal((1, 0), (report.Added, report.Replaced));
            await SmtpTalk.SendAsync(world, node, "bob@away.test", "al@other.test", "Subject: one\r\n\r\n");
            var refused = await SmtpTalk.SendAsync(world, node, "bob@away.test", "nobody@home.test", "Subject: two\r\n\r\n");
            Assert.Equal("550 5.1.1 User not listed in public Name & Address Book", refused.Recipients[0].Reply!.ToString());
            await world.Until(() => node.MailFile("ada").Count == 1, "the message to her other address is filed");
            var ada = await node.Operations.Names.FindAsync("Ada Lovelace", CancellationToken.None);
            Assert.StartsWith("SCRAM-SHA-256$", ada!["Password"]!.Text);
            Assert.DoesNotContain("secret", string.Concat(ada.Items.SelectMany(item => item.Texts)));
            await node.Mta.DisposeAsync();
        });
    }

    [Theory]
    [InlineData("bob@elsewhere.test")]
    [InlineData("bob%elsewhere.test@home.test")]
    [InlineData("\"bob@elsewhere.test\"@home.test")]
    [InlineData("elsewhere.test!bob@home.test")]
    public void Nobody_relays_by_default(string recipient)
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            var sent = await SmtpTalk.SendAsync(world, node, "eve@away.test", recipient, "\r\n");
            Assert.True(sent.Recipients[0].Refused);
            Assert.All(WorkQueues.All, queue => Assert.Empty(node.In(queue)));
            await node.Mta.DisposeAsync();
        });
    }

    // Facts lotus 11, check 12: one extra instance per BCC name, visible only there.
    [Fact]
    public void Each_blind_copy_is_an_instance_of_its_own_that_alone_shows_the_name()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer), ("two.test", peer)));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "open@one.test", bcc: "blind1@one.test, blind2@two.test");
            await world.Until(() => peer.Mail.Count == 3, "all three instances are there");
            string To(string name) => peer.Mail.Single(mail => mail.Envelope.Recipients.Single().Address.LocalPart == name).Message;
            Assert.DoesNotContain("blind", To("open"));
            Assert.Contains("bcc: blind1@one.test", To("blind1"));
            Assert.DoesNotContain("blind2", To("blind1"));
            Assert.Contains("bcc: blind2@two.test", To("blind2"));
            Assert.DoesNotContain("blind1", To("blind2"));
            Assert.All(peer.Mail, mail => Assert.Contains("To: open@one.test", mail.Message));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void One_child_goes_to_each_destination_domain_with_all_its_recipients()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer), ("two.test", peer)));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "a@one.test, b@two.test, c@one.test, d@ONE.test");
            await world.Until(() => node.In(WorkQueue.SmtpBox).Count == 0 && peer.Mail.Count > 0, "the parent is gone");
            Assert.Equal(["a@one.test c@one.test d@one.test", "b@two.test"], peer.Mail.Select(mail => string.Join(' ', mail.Envelope.Recipients.Select(recipient => recipient.Address))).Order());
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_destination_that_comes_up_gets_its_waiting_mail_at_once_and_was_asked_once_for_all()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)));
        world.Run(async () =>
        {
            await node.LoadAsync();
            for (var i = 0; i < 50; i++)
                await node.SendAsync("ada@elsewhere.test", $"r{i}@one.test");
            await world.Pass(TimeSpan.FromMinutes(4));
            Assert.Single(world.Network.Attempts);
            Assert.Equal(49, node.In(WorkQueue.Outbound).Count(child => child.AttemptCount == 0));
            await peer.UpAsync();
            await world.Until(() => peer.Mail.Count == 50, "all fifty are there", TimeSpan.FromMinutes(2));
            Assert.Equal(50, node.Stat(Stat.DeliveredRecipients));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void Retries_and_their_history_survive_a_crash()
    {
        var world = new World();
        var peer = world.Peer();
        peer.OnRecipient = _ => Reply.Of(451, "4.7.1", "Greylisted");
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            var parent = await node.SendAsync("ada@elsewhere.test", "bob@one.test");
            await world.Pass(TimeSpan.FromMinutes(21));
            var before = node.Get(Assert.Single(node.In(WorkQueue.Outbound)).Id)!;
            Assert.Equal(3, before.Attempts.Length);
            await node.CrashAsync();
            await node.LoadAsync();
            var after = node.Get(before.Id)!;
            Assert.Equal(before.Attempts.Select(attempt => (attempt.Time, attempt.Text)), after.Attempts.Select(attempt => (attempt.Time, attempt.Text)));
            Assert.Equal(before.Due, after.Due);
            Assert.Equal(1, node.Get(parent)!.Children);
            peer.OnRecipient = _ => null;
            await world.Until(() => peer.Mail.Count == 1, "it is delivered at its time");
            Assert.InRange(world.Time.Elapsed, TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(51));
            Assert.Equal(1, node.Stat(Stat.Submitted));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_silent_peer_delays_only_its_own_mail()
    {
        var world = new World();
        var (silent, quick) = (world.Peer(), world.Peer());
        var node = world.Node("mta.test", settings => Routed(settings, ("slow.test", silent), ("quick.test", quick)));
        world.Network.To(silent.Endpoint).Silent = true;
        world.Run(async () =>
        {
            await silent.UpAsync();
            await quick.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "a@slow.test, b@quick.test");
            await world.Until(() => quick.Mail.Count == 1, "the quick one has its mail", TimeSpan.FromSeconds(5));
            await world.Until(() => node.In(WorkQueue.Outbound) is [{ State: DocumentState.Failure }], "the silent one is given up for now", TimeSpan.FromMinutes(12));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void Two_MTAs_mail_each_other_and_a_report_comes_back()
    {
        var world = new World();
        var one = world.Node("one.test", settings => settings with { LocalDomains = [Domain.Parse("one.test")] });
        var two = world.Node("two.test", settings => settings with { LocalDomains = [Domain.Parse("two.test")] });
        one.Source.Settings = one.Source.Settings with { RelayHost = new HostPort(two.Address.ToString(), 25) };
        two.Source.Settings = two.Source.Settings with { RelayHost = new HostPort(one.Address.ToString(), 25), LocalRecipients = LocalRecipients.Listed };
        world.Run(async () =>
        {
            await one.LoadAsync();
            await two.LoadAsync();
            await one.Operations.RefreshAsync(CancellationToken.None);
            await two.Operations.RefreshAsync(CancellationToken.None);
            await two.Operations.Names.ImportAsync("""{"form":"Person","shortName":"bob"}""", CancellationToken.None);
            await one.SendAsync("ada@one.test", "bob@two.test, nobody@two.test", "Across");
            await two.SendAsync("bob@two.test", "ada@one.test", "And back");
            await world.Until(() => two.MailFile("bob").Count == 1 && one.MailFile("ada").Count == 2, "everything is filed");
            Assert.Equal([Forms.Memo, Forms.NonDeliveryReport], one.MailFile("ada").Select(document => document.Form).Order());
            await one.Mta.DisposeAsync();
            await two.Mta.DisposeAsync();
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_same_seed_tells_the_same_story(int seed)
    {
        Assert.Equal(Story(seed), Story(seed));
    }

    [Fact]
    public void Another_seed_tells_another_story() => Assert.NotEqual(Story(1), Story(2));

    // A busy hour in a shuffled world: pieces of random sizes, refusals by chance, a crash in the middle; nothing is lost.
    private static string Story(int seed)
    {
        var world = new World(seed, shuffle: true);
        var peer = world.Peer();
        var chance = new Random(seed);
        peer.OnRecipient = _ => chance.Next(4) == 0 ? Reply.Of(450, "4.2.0", "Not now") : null;
        world.Network.To(peer.Endpoint).LargestPiece = 7;
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer), ("two.test", peer)) with { RelayClients = [System.Net.IPNetwork.Parse("192.0.2.0/24")] });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            for (var i = 0; i < 10; i++)
                await SmtpTalk.SendAsync(world, node, "ada@elsewhere.test", $"r{i}@one.test,s{i}@two.test", $"Subject: {i}\r\n\r\n{i}\r\n");
            await world.Pass(TimeSpan.FromSeconds(chance.Next(5)));
            await node.CrashAsync();
            await node.LoadAsync();
            await world.Until(() => WorkQueues.All.All(queue => node.In(queue).Count == 0), "all queues are empty", TimeSpan.FromDays(2));
            await node.Mta.DisposeAsync();
        });
        var delivered = peer.Mail.SelectMany(mail => mail.Envelope.Recipients.Select(recipient => recipient.Address.ToString())).ToArray();
        Assert.Equal(20, delivered.Distinct().Count());
        return string.Join('\n', node.Log);
    }
}
