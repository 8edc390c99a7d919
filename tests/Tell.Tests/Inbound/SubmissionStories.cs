using System.Net;
using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Statistics;
using Tell.Tests.Mta;
using static Tell.Tests.Mta.DeliveryReportTaskTests;

namespace Tell.Tests.Inbound;

/// <summary>Mail from our users (RFC 6409), and what no other listener gives them.</summary>
public sealed class SubmissionStories
{
    private const string NotYours = "553 5.7.1 That sender address does not belong to you";

    [Fact]
    public void Nobody_submits_without_authentication_and_other_MTAs_are_not_offered_any() => Tell(async (world, node, peer) =>
    {
        await using var stranger = await RawClient.HelloAsync(world, node, port: 587);
        Assert.StartsWith("530 5.7.0", await stranger.SayAsync("MAIL FROM:<ada@home.test>"));
        await using var mx = await RawClient.ConnectAsync(world, node);
        var offered = await mx.SayAsync("EHLO client.test");
        Assert.DoesNotContain("AUTH", offered);
        Assert.DoesNotContain("FUTURERELEASE", offered);
        Assert.Contains("ETRN", offered);
        Assert.StartsWith("5", await mx.SayAsync(Plain("ada", "secret")));
    });

    [Theory]
    [InlineData("ada", "ada@home.test")]
    [InlineData("ADA", "Ada@HOME.test")]
    [InlineData("ada@home.test", "ada@home.test")]
    [InlineData("countess@work.test", "ada@home.test")]
    [InlineData("ada", "countess@work.test")]
    [InlineData("ada", "ada@also.test")]
    [InlineData("ada", "ada@[192.0.2.11]")]
    [InlineData("ada", "")]
    public void A_user_sends_anywhere_from_any_address_of_its_own(string user, string sender) => Tell(async (world, node, peer) =>
    {
        await using var client = await UserAsync(world, node, user);
        Assert.StartsWith("250", await client.MailAsync(sender, "bob@one.test"));
        await world.Until(() => peer.Mail.Count == 1, "it is delivered");
        Assert.Contains("with ESMTPA", peer.Mail[0].Message);
    });

    [Theory]
    [InlineData("bob@home.test")]
    [InlineData("ada@outside.test")]
    [InlineData("ada%outside.test@home.test")]
    [InlineData("nobody@home.test")]
    [InlineData("postmaster@home.test")]
    public void A_user_does_not_send_as_another(string sender) => Tell(async (world, node, peer) =>
    {
        await using var client = await UserAsync(world, node, "ada");
        Assert.Equal(NotYours, await client.MailAsync(sender, "bob@one.test"));
        Assert.Equal(1, node.Stat(Stat.RefusedSenders));
    });

    [Fact]
    public void An_unknown_local_recipient_is_refused_to_users_too() => Tell(async (world, node, peer) =>
    {
        await using var client = await UserAsync(world, node, "ada");
        Assert.StartsWith("550 5.1.1", await client.MailAsync("ada@home.test", "nobody@home.test"));
    });

    [Fact]
    public void A_user_without_a_password_and_a_wrong_password_are_refused_alike() => Tell(async (world, node, peer) =>
    {
        await using var client = await RawClient.HelloAsync(world, node, port: 587);
        var wrong = await client.SayAsync(Plain("ada", "wrong"));
        Assert.StartsWith("535 5.7.8", wrong);
        Assert.Equal(wrong, await client.SayAsync(Plain("silent", "secret")));
        await using var another = await RawClient.HelloAsync(world, node, port: 587);
        Assert.Equal(wrong, await another.SayAsync(Plain("nobody", "secret")));
    });

    [Fact]
    public void Date_and_Message_ID_are_added_once_and_only_to_submitted_mail() => Tell(async (world, node, peer) =>
    {
        await using var client = await UserAsync(world, node, "ada");
        Assert.StartsWith("250", await client.MailAsync("ada@home.test", "bob@home.test", "Subject: bare\r\n\r\nHello."));
        await using var mx = await RawClient.HelloAsync(world, node);
        Assert.StartsWith("250", await mx.MailAsync("eve@outside.test", "bob@home.test", "Subject: foreign\r\n\r\nHello."));
        await world.Until(() => node.MailFile("bob").Count == 2, "both are filed");
        var own = node.MailFile("bob").Single(memo => memo["Subject"]!.Text == "bare");
        var text = node.Read("bob", own);
        Assert.Matches("^Received: [^!]*\r\nMessage-ID: <[0-9A-F]{32}@mta.test>\r\nDate: [^\r]+\r\nSubject: bare\r\n\r\nHello.\r\n$", text);
        Assert.NotNull(own["PostedDate"]);
        Assert.DoesNotContain("Message-ID", node.Read("bob", node.MailFile("bob").Single(memo => memo["Subject"]!.Text == "foreign")));
    });

    [Fact]
    public void A_user_has_limits_of_its_own_over_all_its_clients() => Tell(async (world, node, peer) =>
    {
        await using var one = await UserAsync(world, node, "ada", "198.51.100.1");
        await using var two = await UserAsync(world, node, "ADA@home.test", "198.51.100.2");
        Assert.StartsWith("250", await one.MailAsync("ada@home.test", "bob@home.test"));
        Assert.StartsWith("250", await two.MailAsync("ada@home.test", "bob@home.test"));
        Assert.Equal("451 4.7.1 You have sent too many messages; try again later", await one.MailAsync("ada@home.test", "bob@home.test"));
        await using var bob = await UserAsync(world, node, "bob", "198.51.100.1");
        Assert.StartsWith("250", await bob.MailAsync("bob@home.test", "ada@home.test"));
    }, settings => settings with { MaxMessagesPerUser = 2 });

    // Its age counts from its release: a message that is held for longer than mail may live is delivered all the same.
    [Fact]
    public void A_message_is_held_until_its_release_for_local_and_other_recipients() => Tell(async (world, node, peer) =>
    {
        await using var client = await UserAsync(world, node, "ada");
        Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<ada@home.test> HOLDFOR=518400"));
        await client.SayAsync("RCPT TO:<bob@home.test>", "RCPT TO:<bob@one.test>");
        Assert.StartsWith("250", await client.DataAsync("Subject: later\r\n\r\n"));
        await world.Pass(TimeSpan.FromDays(6) - TimeSpan.FromMinutes(1));
        Assert.Empty(node.MailFile("bob"));
        Assert.Empty(peer.Mail);
        await world.Pass(TimeSpan.FromMinutes(2));
        Assert.Single(node.MailFile("bob"));
        Assert.Single(peer.Mail);
    });

    [Fact]
    public void TLS_comes_first_where_the_listener_is_for_it_and_on_request_elsewhere() => Tell(async (world, node, peer) =>
    {
        await using var client = await RawClient.HelloAsync(world, node, port: 465, first: "simulated TLS, asking for mta.test");
        Assert.StartsWith("235", await client.SayAsync(Plain("ada", "secret")));
        Assert.StartsWith("250", await client.MailAsync("ada@home.test", "bob@one.test"));
        await world.Until(() => peer.Mail.Count == 1, "it is delivered");
        Assert.Contains("with ESMTPSA", peer.Mail[0].Message);
        await using var mx = await RawClient.ConnectAsync(world, node);
        Assert.Contains("STARTTLS", await mx.SayAsync("EHLO client.test"));
        await using var before = await RawClient.ConnectAsync(world, node, port: 587);
        var offered = await before.SayAsync("EHLO client.test");
        Assert.Contains("STARTTLS", offered);
        Assert.DoesNotContain("AUTH", offered);
    }, settings => settings with { TlsCertificate = ["/nowhere/cert.pem"], AuthWithoutTls = false });

    // A certificate that cannot be read comes with the listener that needs it: nothing is said in the clear where TLS comes first.
    [Fact]
    public void Without_a_certificate_a_listener_for_TLS_says_nothing() => Tell(async (world, node, peer) =>
    {
        await using var client = await RawClient.ConnectAsync(world, node, port: 465);
        Assert.Equal("", client.Banner);
        Assert.Equal(1, node.Stat(Stat.ConnectionsRefused));
    });

    [Fact]
    public void Listeners_come_and_go_and_leave_the_sessions_of_the_others_alone() => Tell(async (world, node, peer) =>
    {
        Assert.Equal([$"{node.Address}:25", $"{node.Address}:587 (submission)", $"{node.Address}:465 (submission over TLS)"], node.Operations.ShowServer().Addresses);
        Assert.Contains(":587 (submission)", node.Operations.ShowTasks().Single(task => task.Task == "SMTPMTA isesctl").Description);
        await using var mx = await RawClient.HelloAsync(world, node);
        await using var user = await UserAsync(world, node, "ada");
        node.Source.Settings = node.Source.Settings with { SubmissionListen = [], Listen = [new IPEndPoint(node.Address, 25), new IPEndPoint(node.Address, 2525)] };
        await node.Operations.RefreshAsync(CancellationToken.None);
        Assert.Equal([$"{node.Address}:25", $"{node.Address}:2525", $"{node.Address}:465 (submission over TLS)"], node.Operations.ShowServer().Addresses);
        Assert.StartsWith("250", await mx.MailAsync("eve@outside.test", "bob@home.test"));
        Assert.StartsWith("250", await user.MailAsync("ada@home.test", "bob@home.test"));
        await using var fresh = await RawClient.HelloAsync(world, node, port: 2525);
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => RawClient.ConnectAsync(world, node, port: 587));
    });

    private static string Plain(string user, string password) => $"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"))}";

    private static async Task<RawClient> UserAsync(World world, Node node, string user, string from = "192.0.2.200")
    {
        var client = await RawClient.HelloAsync(world, node, from, 587);
        Assert.StartsWith("235", await client.SayAsync(Plain(user, "secret")));
        return client;
    }

    private static void Tell(Func<World, Node, Peer, Task> story, Func<MtaSettings, MtaSettings>? change = null)
    {
        var world = new World();
        world.Simulator.Strict = false;
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => (change ?? (same => same))(Routed(settings, ("one.test", peer)) with
        {
            LocalDomains = [Domain.Parse("home.test"), Domain.Parse("also.test")],
            SubmissionListen = [new IPEndPoint(settings.Listen[0].Address, 587)],
            SubmissionTlsListen = [new IPEndPoint(settings.Listen[0].Address, 465)],
            AuthWithoutTls = true,
        }));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.Operations.Names.ImportAsync(
                """
                [{"form":"Person","shortName":["ada","countess@work.test"],"internetAddress":"ada@home.test","password":"secret"},
                 {"form":"Person","shortName":["bob"],"internetAddress":"bob@home.test","password":"secret"},
                 {"form":"Person","shortName":["silent"]}]
                """, CancellationToken.None);
            await story(world, node, peer);
            await node.Mta.DisposeAsync();
        });
    }
}
