using System.Net;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Statistics;
using Tell.Tests.Mta;
using static Tell.Tests.Inbound.LimitStories;

namespace Tell.Tests.Inbound;

/// <summary>Clients that a trusted proxy speaks for, by a PROXY header (true) or XCLIENT: rules and limits are theirs, not the proxy's.</summary>
public sealed class ToldClientStories
{
    private const string
        Proxy = "192.0.2.200",
        NoAccess = "554 5.7.1 No access from your network",
        Sessions = "421 4.7.0 Too many sessions from your network; try again later",
        Connections = "421 4.7.0 Too many connections from your network; try again later",
        Errors = "421 4.7.0 Too many errors from your network; try again later";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_client_whose_network_may_not_connect_is_sent_away_when_it_is_named(bool byHeader) => Tell(
        byHeader,
        settings => settings with { PortAccess = [Rule("198.51.100.0/24=refuse")] },
        async (world, node) =>
        {
            var (refused, said) = await NamedAsync(world, node, byHeader, "198.51.100.7");
            Assert.Equal(NoAccess, said);
            Assert.Equal("", await refused.ReplyAsync());
            var (welcome, greeting) = await NamedAsync(world, node, byHeader, "203.0.113.1");
            Assert.StartsWith("220 ", greeting);
            Assert.StartsWith("250", await MailAsync(welcome));
            Assert.Equal((1, 1), (node.Stat(Stat.AccessRefused), node.Stat(Stat.ConnectionsRefused)));
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_rule_about_the_proxy_holds_for_whoever_it_speaks_for(bool byHeader) => Tell(
        byHeader,
        settings => settings with { PortAccess = [Rule("192.0.2.200/32=limit:1")] },
        async (world, node) =>
        {
            var (first, greeting) = await NamedAsync(world, node, byHeader, "203.0.113.1");
            Assert.StartsWith("220 ", greeting);
            await using (var second = await RawClient.ConnectAsync(world, node, Proxy, first: byHeader ? Header("203.0.113.2") : null))
                Assert.Equal(Sessions, second.Banner);
            await first.DisposeAsync();
            await world.Pass(TimeSpan.FromSeconds(1));
            Assert.StartsWith("220 ", (await NamedAsync(world, node, byHeader, "203.0.113.3")).Said);
        });

    [Theory]
    [InlineData(true, "198.51.100.0/24=limit:2", 0)]
    [InlineData(false, "198.51.100.0/24=limit:2", 0)]
    [InlineData(true, "", 2)]
    [InlineData(false, "", 2)]
    public void The_sessions_of_a_named_network_are_counted_and_not_those_of_the_proxy(bool byHeader, string rule, int most) => Tell(
        byHeader,
        settings => settings with { PortAccess = rule.Length > 0 ? [Rule(rule)] : [], MaxSessionsPerClient = most, ClientPrefix4 = 24 },
        async (world, node) =>
        {
            var (first, _) = await NamedAsync(world, node, byHeader, "198.51.100.1");
            await NamedAsync(world, node, byHeader, "198.51.100.2");
            Assert.Equal(Sessions, (await NamedAsync(world, node, byHeader, "198.51.100.3")).Said);
            for (var i = 1; i <= 5; i++)
                Assert.StartsWith("220 ", (await NamedAsync(world, node, byHeader, $"203.0.{i}.1")).Said);
            // However it ends: the place is free again, for one.
            await first.DisposeAsync();
            await world.Pass(TimeSpan.FromSeconds(1));
            Assert.StartsWith("220 ", (await NamedAsync(world, node, byHeader, "198.51.100.4")).Said);
            Assert.Equal(Sessions, (await NamedAsync(world, node, byHeader, "198.51.100.5")).Said);
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_named_client_that_connects_too_often_waits_and_no_other_does(bool byHeader) => Tell(byHeader, settings => settings with { MaxRatePerClient = 2 }, async (world, node) =>
    {
        for (var i = 0; i < 2; i++)
            Assert.StartsWith("220 ", (await NamedAsync(world, node, byHeader, "198.51.100.1")).Said);
        Assert.Equal(Connections, (await NamedAsync(world, node, byHeader, "198.51.100.1")).Said);
        Assert.StartsWith("220 ", (await NamedAsync(world, node, byHeader, "198.51.100.2")).Said);
    });

    // It never says MAIL: whoever guesses at names and passwords does not.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_errors_of_a_named_client_are_its_own(bool byHeader) => Tell(byHeader, settings => settings with { MaxErrorsPerClient = 3, MaxErrors = 0 }, async (world, node) =>
    {
        var (guesser, _) = await NamedAsync(world, node, byHeader, "198.51.100.1");
        Assert.StartsWith("500", await guesser.SayAsync("NONSENSE"));
        Assert.StartsWith("500", await guesser.SayAsync("NONSENSE"));
        Assert.StartsWith("500", await guesser.SayAsync("NONSENSE"));
        Assert.Equal(Errors, await guesser.ReplyAsync());
        Assert.Equal("", await guesser.ReplyAsync());
        Assert.Equal(Errors, (await NamedAsync(world, node, byHeader, "198.51.100.1")).Said);
        var (other, _) = await NamedAsync(world, node, byHeader, "198.51.100.2");
        Assert.StartsWith("250", await MailAsync(other));
    });

    [Fact]
    public void The_errors_of_one_session_are_those_of_each_client_that_it_was_for() => Tell(byHeader: false, settings => settings with { MaxErrorsPerClient = 3 }, async (world, node) =>
    {
        var (session, _) = await NamedAsync(world, node, byHeader: false, "198.51.100.1");
        await session.SayAsync("NONSENSE", "NONSENSE");
        Assert.StartsWith("220 ", await session.SayAsync("XCLIENT ADDR=198.51.100.2"));
        await session.SayAsync("NONSENSE");
        await session.DisposeAsync();
        await world.Pass(TimeSpan.FromSeconds(1));
        var (one, _) = await NamedAsync(world, node, byHeader: false, "198.51.100.1");
        Assert.StartsWith("500", await one.SayAsync("NONSENSE"));
        Assert.Equal(Errors, await one.ReplyAsync());
        var (two, _) = await NamedAsync(world, node, byHeader: false, "198.51.100.2");
        Assert.StartsWith("500", await two.SayAsync("NONSENSE"));
        Assert.StartsWith("250", await two.SayAsync("NOOP"));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_messages_of_a_named_client_are_its_own_over_all_its_sessions(bool byHeader) => Tell(byHeader, settings => settings with { MaxMessagesPerClient = 1 }, async (world, node) =>
    {
        var (one, _) = await NamedAsync(world, node, byHeader, "198.51.100.1");
        var (two, _) = await NamedAsync(world, node, byHeader, "198.51.100.1");
        var (other, _) = await NamedAsync(world, node, byHeader, "198.51.100.2");
        Assert.StartsWith("250", await MailAsync(one));
        Assert.Equal("451 4.7.1 Too many messages from your network; try again later", await MailAsync(two));
        Assert.StartsWith("250", await MailAsync(other));
    });

    [Theory]
    [InlineData(true, "eve%outside.test@relay.test")]
    [InlineData(false, "outside.test!eve@relay.test")]
    [InlineData(true, "\"eve@outside.test\"@relay.test")]
    [InlineData(false, "@relay.test:eve@outside.test")]
    [InlineData(true, "eve@[203.0.113.9]")]
    [InlineData(false, "eve%outside.test@home.test")]
    public void A_named_stranger_does_not_relay_by_tricks_through_a_proxy_that_may(bool byHeader, string recipient) => Tell(byHeader, settings => settings with { RelayDomains = [Domain.Parse("relay.test")] }, async (world, node) =>
    {
        var (stranger, _) = await NamedAsync(world, node, byHeader, "198.51.100.1");
        await stranger.SayAsync("EHLO client.test", "MAIL FROM:<>");
        Assert.StartsWith("55", await stranger.SayAsync($"RCPT TO:<{recipient}>"));
    });

    // Says who the client is and gives the answer to that: the banner, or what stands in its place.
    private static async Task<(RawClient Client, string Said)> NamedAsync(World world, Node node, bool byHeader, string address)
    {
        var client = await RawClient.ConnectAsync(world, node, Proxy, first: byHeader ? Header(address) : null);
        return (client, byHeader ? client.Banner : await client.SayAsync($"XCLIENT ADDR={address}"));
    }

    private static string Header(string address) => $"PROXY TCP4 {address} 192.0.2.10 40000 25";

    private static async Task<string> MailAsync(RawClient client)
    {
        await client.SayAsync("EHLO client.test");
        return await client.MailAsync("a@b.test", "ada@home.test");
    }

    private static void Tell(bool byHeader, Func<MtaSettings, MtaSettings> change, Func<World, Node, Task> story)
    {
        var world = new World();
        var proxy = IPNetwork.Parse($"{Proxy}/32");
        var node = world.Node("mta.test", settings => change(settings with
        {
            LocalDomains = [Domain.Parse("home.test")],
            RelayClients = [proxy],
            ProxyFrom = byHeader ? [proxy] : [],
            XclientFrom = byHeader ? [] : [proxy],
        }));
        world.Run(async () =>
        {
            await node.LoadAsync();
            await story(world, node);
            await node.Mta.DisposeAsync();
        });
    }
}
