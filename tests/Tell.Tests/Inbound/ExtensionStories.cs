using System.Net;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Operations;
using Tell.Tests.Mta;
using static Tell.Tests.Mta.DeliveryReportTaskTests;

namespace Tell.Tests.Inbound;

/// <summary>What the MTA makes of extensions that the sessions speak: ETRN and MT-PRIORITY.</summary>
public sealed class ExtensionStories
{
    [Fact]
    public void A_host_that_comes_up_asks_for_its_mail_and_gets_it_where_it_always_gets_it() => Tell(async (world, node, peer) =>
    {
        await using var client = await RawClient.HelloAsync(world, node);
        Assert.Equal("251 2.0.0 No messages waiting for that node", await client.SayAsync("ETRN relay.test"));
        Assert.StartsWith("250", await client.MailAsync("a@b.test", "bob@relay.test"));
        await world.Until(() => node.In(WorkQueue.Outbound) is [{ State: DocumentState.Failure }], "it waits for the host");
        await peer.UpAsync();
        Assert.Equal("252 2.0.0 Pending messages for that node started", await client.SayAsync("ETRN relay.test"));
        await world.Until(() => peer.Mail.Count == 1, "it is delivered", TimeSpan.FromSeconds(5));
    });

    [Theory]
    [InlineData("branch.test", "252 2.0.0 Pending messages for that node started")]
    [InlineData("@test", "252 2.0.0 Pending messages for that node started")]
    [InlineData("closed.test", "459 4.7.1 Node not allowed: no mail is kept for it here")]
    [InlineData("other.test", "459 4.7.1 Node not allowed: no mail is kept for it here")]
    public void A_domain_of_a_Connection_can_be_asked_for_and_not_all_those_of_its_star(string asked, string reply) => Tell(async (world, node, peer) =>
    {
        Assert.Empty((await node.Operations.Names.ImportAsync(
            $$"""
            [{"form":"Connection","name":"branch","destinationDomain":"branch.test","relayHost":"{{peer.Endpoint}}"},
             {"form":"Connection","name":"closed","destinationDomain":"closed.test","enabled":false},
             {"form":"Connection","name":"rest","destinationDomain":"*","relayHost":"{{peer.Endpoint}}"}]
            """, CancellationToken.None)).Problems);
        await using var client = await RawClient.HelloAsync(world, node, "198.51.100.7");
        Assert.StartsWith("250", await client.MailAsync("a@b.test", "bob@branch.test"));
        await world.Until(() => node.In(WorkQueue.Outbound) is [{ State: DocumentState.Failure }], "it waits for the host");
        Assert.Equal(reply, await client.SayAsync($"ETRN {asked}"));
    });

    [Fact]
    public void A_domain_is_started_once_a_minute_however_often_strangers_ask() => Tell(async (world, node, peer) =>
    {
        await using var client = await RawClient.HelloAsync(world, node);
        Assert.StartsWith("250", await client.MailAsync("a@b.test", "bob@relay.test"));
        await world.Until(() => node.In(WorkQueue.Outbound) is [{ State: DocumentState.Failure }], "it waits for the host");
        Assert.StartsWith("252 ", await client.SayAsync("ETRN relay.test"));
        await world.Pass(TimeSpan.FromSeconds(5));
        var attempts = world.Network.Attempts.Count;
        for (var i = 0; i < 10; i++)
            Assert.Equal("250 2.0.0 Queuing for that node has been started already", await client.SayAsync("ETRN RELAY.test"));
        await world.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(attempts, world.Network.Attempts.Count);
        await world.Pass(TimeSpan.FromMinutes(1));
        Assert.StartsWith("252 ", await client.SayAsync("ETRN relay.test"));
        await world.Until(() => world.Network.Attempts.Count > attempts, "it is tried again", TimeSpan.FromSeconds(5));
    });

    [Theory]
    [InlineData("ETRN @test", "251")]
    [InlineData("ETRN sub.relay.test", "459")]
    [InlineData("ETRN home.test", "459")]
    [InlineData("ETRN outside.test", "459")]
    [InlineData("ETRN @relay", "459")]
    public void Only_domains_that_mail_is_kept_for_can_be_asked_for(string command, string code) => Tell(async (world, node, peer) =>
    {
        await using var client = await RawClient.HelloAsync(world, node);
        Assert.StartsWith(code, await client.SayAsync(command));
    });

    [Fact]
    public void ETRN_that_the_store_cannot_answer_is_458() => Tell(async (world, node, peer) =>
    {
        await using var client = await RawClient.HelloAsync(world, node);
        node.Stores.Before = verb => verb == "lanes" ? new StoreException(StoreFault.InputOutput, "The disk is gone.") : null;
        Assert.Equal("458 4.3.0 Unable to queue messages for that node", await client.SayAsync("ETRN relay.test"));
        node.Stores.Mend();
    });

    // RFC 6710 4.1: those whom we know get what they ask for; a stranger may lower its priority, not raise it.
    [Theory]
    [InlineData("198.51.100.7", 4, "250 2.1.0", Priority.High)]
    [InlineData("198.51.100.7", -2, "250 2.1.0", Priority.Low)]
    [InlineData("198.51.100.7", 0, "250 2.1.0", Priority.Normal)]
    [InlineData("192.0.2.200", 4, "250 2.3.6 0 ", Priority.Normal)]
    [InlineData("192.0.2.200", -2, "250 2.1.0", Priority.Low)]
    public void A_priority_is_what_the_client_may_ask_for(string from, int asked, string reply, Priority priority) => Tell(async (world, node, peer) =>
    {
        await node.Operations.StopAsync(TaskSelection.InboundConversion, CancellationToken.None);
        await using var client = await RawClient.HelloAsync(world, node, from);
        Assert.StartsWith(reply, await client.SayAsync($"MAIL FROM:<a@b.test> MT-PRIORITY={asked}"));
        await client.SayAsync("RCPT TO:<ada@home.test>");
        await client.DataAsync("Subject: urgent\r\n\r\n");
        Assert.Equal(priority, Assert.Single(node.In(WorkQueue.Inbound)).Envelope!.Priority);
    });

    private static void Tell(Func<World, Node, Peer, Task> story)
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("relay.test", peer)) with
        {
            LocalDomains = [Domain.Parse("home.test")],
            RelayDomains = [Domain.Parse("relay.test")],
            RelayClients = [IPNetwork.Parse("198.51.100.0/24")],
        });
        world.Run(async () =>
        {
            await node.LoadAsync();
            await story(world, node, peer);
            await node.Mta.DisposeAsync();
        });
    }
}
