using System.Net;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Tests.Mta;

namespace Tell.Tests.Inbound;

/// <summary>Not an open relay (invariant 10): what strangers try, each in turn.</summary>
public sealed class RelayTrickTests
{
    private const string NoRelay = "550 5.7.1 This MTA does not accept relays", NoSuchUser = "550 5.1.1 User not listed in public Name & Address Book";

    public static TheoryData<string, string> Tricks { get; } = new()
    {
        { "eve@outside.test", NoRelay },
        { "eve%outside.test@home.test", NoSuchUser },
        { "eve%outside.test@mta.test", NoRelay },
        { "\"eve@outside.test\"@home.test", NoSuchUser },
        { "\"eve@outside.test\"@relay.test", NoRelay },
        { "\"eve%outside.test\"@relay.test", NoRelay },
        { "eve%outside.test@relay.test", NoRelay },
        { "outside.test!eve@home.test", NoSuchUser },
        { "outside.test!eve@relay.test", NoRelay },
        { "@home.test:eve@outside.test", NoRelay },
        { "@home.test,@relay.test:eve@outside.test", NoRelay },
        { "ada@sub.home.test", NoRelay },
        { "ada@home.test.outside.test", NoRelay },
        { "ada@xhome.test", NoRelay },
        { "ada@sub.relay.test", NoRelay },
        { "eve@[198.51.100.1]", NoRelay },
        { "eve@[IPv6:2001:db8::1]", NoRelay },
        { "eve@[IPv6:::ffff:198.51.100.1]", NoRelay },
        { "nobody@[192.0.2.10]", NoSuchUser },
        { "eve%outside.test@[192.0.2.10]", NoSuchUser },
        { "nobody@[IPv6:::ffff:192.0.2.10]", NoSuchUser },
        { "eve@home.test@outside.test", "501 5.1.3 That is not the address of a mailbox" },
        { "eve@outside.test.", "501 5.1.3 That is not the address of a mailbox" },
        { "outside.test!eve", "501 5.1.3 That is not the address of a mailbox" },
        { "eve@OUTSIDE.test", NoRelay },
    };

    [Theory]
    [MemberData(nameof(Tricks))]
    public void A_stranger_does_not_get_mail_out(string recipient, string reply) => Tell(async (world, node) =>
    {
        await using var client = await RawClient.HelloAsync(world, node);
        Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<eve@outside.test>"));
        Assert.Equal(reply, await client.SayAsync($"RCPT TO:<{recipient}>"));
        Assert.StartsWith("250", await client.SayAsync("RSET"));
        Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<>"));
        Assert.Equal(reply, await client.SayAsync($"RCPT TO:<{recipient}>"));
    });

    [Theory]
    [InlineData("ada@home.test")]
    [InlineData("ADA@Home.TEST")]
    [InlineData("@outside.test:ada@home.test")]
    [InlineData("postmaster")]
    [InlineData("Postmaster@mta.test")]
    [InlineData("ada@[192.0.2.10]")]
    [InlineData("ada@[IPv6:::ffff:192.0.2.10]")]
    [InlineData("postmaster@[192.0.2.10]")]
    [InlineData("eve@relay.test")]
    [InlineData("eve@RELAY.test")]
    public void What_is_ours_is_taken_however_it_is_spelled(string recipient) => Tell(async (world, node) =>
    {
        await using var client = await RawClient.HelloAsync(world, node);
        Assert.StartsWith("250", await client.MailAsync("eve@outside.test", recipient));
        await world.Until(() => node.In(WorkQueue.Inbound).Count == 0, "it is converted");
        Assert.Equal(recipient.Contains("relay", StringComparison.OrdinalIgnoreCase) ? 1 : 0, node.In(WorkQueue.Outbound).Count);
    });

    [Theory]
    [InlineData("198.51.100.7", true)]
    [InlineData("::ffff:198.51.100.7", true)]
    [InlineData("198.51.101.7", false)]
    [InlineData("::ffff:198.51.101.7", false)]
    public void A_relay_client_is_known_by_its_address_in_either_family(string client, bool relays) => Tell(async (world, node) =>
    {
        await using var session = await RawClient.HelloAsync(world, node, client);
        Assert.Equal(relays, (await session.MailAsync("eve@outside.test", "bob@elsewhere.test")).StartsWith("250", StringComparison.Ordinal));
    });

    // A trusted client says where its mail goes, and an own name with a "%" in it is no route.
    [Fact]
    public void A_relay_client_may_route() => Tell(async (world, node) =>
    {
        await using var session = await RawClient.HelloAsync(world, node, "198.51.100.7");
        Assert.StartsWith("250", await session.MailAsync("eve@outside.test", "bob%elsewhere.test@relay.test"));
    });

    private static void Tell(Func<World, Node, Task> story)
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with
        {
            LocalDomains = [Domain.Parse("home.test")],
            RelayDomains = [Domain.Parse("relay.test")],
            RelayClients = [IPNetwork.Parse("198.51.100.0/24")],
            RelayHost = new HostPort("203.0.113.1", 25),
        });
        world.Run(async () =>
        {
            await node.LoadAsync();
            await node.Operations.Names.ImportAsync("""{"form":"Person","shortName":["ada"],"internetAddress":"ada@home.test"}""", CancellationToken.None);
            await story(world, node);
            await node.Mta.DisposeAsync();
        });
    }
}
