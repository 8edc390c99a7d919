using System.Net;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Statistics;
using Tell.Tests.Mta;

namespace Tell.Tests.Inbound;

/// <summary>Access before the banner, and the limits of client networks, as their clients meet them.</summary>
public sealed class LimitStories
{
    private const string
        Sessions = "421 4.7.0 Too many sessions from your network; try again later",
        Connections = "421 4.7.0 Too many connections from your network; try again later",
        Errors = "421 4.7.0 Too many errors from your network; try again later";

    [Fact]
    public void Who_may_not_connect_gets_no_banner() => Tell(
        settings => settings with { PortAccess = [Rule("198.51.100.9/32=accept"), Rule("198.51.100.0/24=refuse"), Rule("203.0.113.0/24=limit:2")] },
        async (world, node) =>
        {
            await using var refused = await RawClient.ConnectAsync(world, node, "198.51.100.7");
            Assert.Equal("554 5.7.1 No access from your network", refused.Banner);
            Assert.Equal("", await refused.ReplyAsync());
            await using var mapped = await RawClient.ConnectAsync(world, node, "::ffff:198.51.100.7");
            Assert.Equal("554 5.7.1 No access from your network", mapped.Banner);
            await using var excepted = await RawClient.HelloAsync(world, node, "198.51.100.9");
            await using var stranger = await RawClient.HelloAsync(world, node, "192.0.2.77");

            await using var first = await RawClient.HelloAsync(world, node, "203.0.113.1");
            var second = await RawClient.HelloAsync(world, node, "203.0.113.2");
            await using var third = await RawClient.ConnectAsync(world, node, "203.0.113.3");
            Assert.Equal(Sessions, third.Banner);
            Assert.StartsWith("221", await second.SayAsync("QUIT"));
            await second.DisposeAsync();
            await using var fourth = await RawClient.HelloAsync(world, node, "203.0.113.3");
            Assert.Equal((2, 1, 3), (node.Stat(Stat.AccessRefused), node.Stat(Stat.LimitedSessions), node.Stat(Stat.ConnectionsRefused)));
        });

    [Fact]
    public void A_rule_that_changes_holds_for_the_next_connection() => Tell(settings => settings, async (world, node) =>
    {
        await using var before = await RawClient.HelloAsync(world, node);
        node.Source.Settings = node.Source.Settings with { PortAccess = [Rule("192.0.2.0/24=refuse")] };
        await node.Operations.RefreshAsync(CancellationToken.None);
        await using var after = await RawClient.ConnectAsync(world, node);
        Assert.StartsWith("554", after.Banner);
        Assert.StartsWith("250", await before.MailAsync("a@b.test", "ada@home.test"));
    });

    [Fact]
    public void The_sessions_of_a_network_are_counted_together() => Tell(settings => settings with { MaxSessionsPerClient = 2, ClientPrefix4 = 24 }, async (world, node) =>
    {
        await using var one = await RawClient.HelloAsync(world, node, "198.51.100.1");
        var two = await RawClient.HelloAsync(world, node, "198.51.100.2");
        await using var three = await RawClient.ConnectAsync(world, node, "198.51.100.3");
        Assert.Equal(Sessions, three.Banner);
        await using var other = await RawClient.HelloAsync(world, node, "198.51.101.3");
        // However it ends: the place is free again.
        await two.DisposeAsync();
        await world.Pass(TimeSpan.FromSeconds(1));
        await using var four = await RawClient.HelloAsync(world, node, "198.51.100.3");
        Assert.Equal(1, node.Stat(Stat.LimitedSessions));
    });

    [Fact]
    public void Who_connects_too_often_waits_a_minute() => Tell(settings => settings with { MaxRatePerClient = 3 }, async (world, node) =>
    {
        for (var i = 0; i < 3; i++)
            await (await RawClient.HelloAsync(world, node)).DisposeAsync();
        await using var fourth = await RawClient.ConnectAsync(world, node);
        Assert.Equal(Connections, fourth.Banner);
        await world.Pass(TimeSpan.FromSeconds(72));
        await using var fifth = await RawClient.HelloAsync(world, node);
        Assert.Equal(1, node.Stat(Stat.LimitedConnections));
    });

    [Fact]
    public void A_network_sends_so_many_messages_in_the_window_over_any_number_of_sessions() => Tell(settings => settings with { MaxMessagesPerClient = 3 }, async (world, node) =>
    {
        await using var one = await RawClient.HelloAsync(world, node);
        await using var two = await RawClient.HelloAsync(world, node);
        Assert.StartsWith("250", await one.MailAsync("a@b.test", "ada@home.test"));
        Assert.StartsWith("250", await two.MailAsync("a@b.test", "ada@home.test"));
        Assert.StartsWith("250", await one.MailAsync("a@b.test", "ada@home.test"));
        Assert.Equal("451 4.7.1 Too many messages from your network; try again later", await two.MailAsync("a@b.test", "ada@home.test"));
        await using var other = await RawClient.HelloAsync(world, node, "198.51.100.1");
        Assert.StartsWith("250", await other.MailAsync("a@b.test", "ada@home.test"));
        await world.Pass(TimeSpan.FromMinutes(72));
        await using var later = await RawClient.HelloAsync(world, node);
        Assert.StartsWith("250", await later.MailAsync("a@b.test", "ada@home.test"));
        Assert.Equal(1, node.Stat(Stat.LimitedMessages));
    });

    [Fact]
    public void A_network_names_so_many_recipients_in_the_window_and_those_before_get_their_mail() => Tell(settings => settings with { MaxRecipientsPerClient = 2 }, async (world, node) =>
    {
        await using var client = await RawClient.HelloAsync(world, node);
        await client.SayAsync("MAIL FROM:<a@b.test>");
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<one@home.test>"));
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<two@home.test>"));
        Assert.StartsWith("550", await client.SayAsync("RCPT TO:<eve@outside.test>"));
        Assert.Equal("451 4.7.1 Too many recipients from your network; try again later", await client.SayAsync("RCPT TO:<three@home.test>"));
        Assert.StartsWith("250", await client.DataAsync("Subject: two\r\n\r\n"));
        await world.Until(() => node.MailFile("one").Count + node.MailFile("two").Count == 2, "both have it");
        Assert.Equal(1, node.Stat(Stat.LimitedRecipients));
    });

    [Fact]
    public void A_network_that_has_sent_enough_octets_begins_no_more_messages() => Tell(settings => settings with { MaxOctetsPerClient = 1000 }, async (world, node) =>
    {
        await using var client = await RawClient.HelloAsync(world, node);
        Assert.StartsWith("250", await client.MailAsync("a@b.test", "ada@home.test", new string('x', 900)));
        Assert.Equal("451 4.7.1 Too much mail from your network; try again later", await client.MailAsync("a@b.test", "ada@home.test"));
        Assert.Equal(1, node.Stat(Stat.LimitedOctets));
    });

    // Over one long session or many short ones, by names that are not there or by nonsense: errors add up.
    [Fact]
    public void A_network_that_makes_too_many_errors_is_sent_away_and_stays_away() => Tell(settings => settings with { MaxErrorsPerClient = 5, MaxErrors = 0, ClientPrefix4 = 24 }, async (world, node) =>
    {
        var nonsense = await RawClient.HelloAsync(world, node, "198.51.100.1");
        Assert.StartsWith("500", await nonsense.SayAsync("NONSENSE"));
        Assert.StartsWith("500", await nonsense.SayAsync("NONSENSE"));
        await nonsense.DisposeAsync();
        await world.Pass(TimeSpan.FromSeconds(1));

        await using var innocent = await RawClient.HelloAsync(world, node, "198.51.100.2");
        await using var prober = await RawClient.HelloAsync(world, node, "198.51.100.3");
        await prober.SayAsync("MAIL FROM:<a@b.test>");
        Assert.StartsWith("550", await prober.SayAsync("RCPT TO:<a@outside.test>"));
        Assert.StartsWith("550", await prober.SayAsync("RCPT TO:<b@outside.test>"));
        Assert.StartsWith("550", await prober.SayAsync("RCPT TO:<c@outside.test>"));
        Assert.Equal(Errors, await prober.ReplyAsync());
        Assert.Equal("", await prober.ReplyAsync());

        Assert.Equal(Errors, await innocent.SayAsync("MAIL FROM:<a@b.test>"));
        await using var next = await RawClient.ConnectAsync(world, node, "198.51.100.4");
        Assert.Equal(Errors, next.Banner);
        await using var other = await RawClient.HelloAsync(world, node, "203.0.113.1");
        Assert.StartsWith("250", await other.MailAsync("a@b.test", "ada@home.test"));
        await world.Pass(TimeSpan.FromMinutes(72));
        await using var forgiven = await RawClient.HelloAsync(world, node, "198.51.100.3");
        Assert.Equal(3, node.Stat(Stat.LimitedErrors));
    });

    [Fact]
    public void Too_many_sessions_in_all_turn_away_the_next_and_no_other() => Tell(settings => settings with { MaxSessions = 2 }, async (world, node) =>
    {
        await using var one = await RawClient.HelloAsync(world, node, "198.51.100.1");
        await using var two = await RawClient.HelloAsync(world, node, "198.51.100.2");
        await using var three = await RawClient.ConnectAsync(world, node, "198.51.100.3");
        Assert.Equal("421 4.3.2 Too many sessions; try again later", three.Banner);
        Assert.StartsWith("250", await one.MailAsync("a@b.test", "ada@home.test"));
    });

    [Fact]
    public void A_session_takes_only_so_many_messages_and_says_so() => Tell(settings => settings with { MaxMessagesPerSession = 2 }, async (world, node) =>
    {
        await using var client = await RawClient.ConnectAsync(world, node);
        Assert.Contains("MAILMAX=2", await client.SayAsync("EHLO client.test"));
        Assert.StartsWith("250", await client.MailAsync("a@b.test", "ada@home.test"));
        Assert.StartsWith("250", await client.MailAsync("a@b.test", "ada@home.test"));
        Assert.StartsWith("421", await client.SayAsync("MAIL FROM:<a@b.test>"));
    });

    internal static AccessRule Rule(string text) => AccessRule.TryParse(text, out var rule) ? rule : throw new FormatException(text);

    private static void Tell(Func<MtaSettings, MtaSettings> change, Func<World, Node, Task> story)
    {
        var world = new World();
        var node = world.Node("mta.test", settings => change(settings with { LocalDomains = [Domain.Parse("home.test")] }));
        world.Run(async () =>
        {
            await node.LoadAsync();
            await story(world, node);
            await node.Mta.DisposeAsync();
        });
    }
}
