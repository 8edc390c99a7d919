using System.Buffers;
using System.Net;
using System.Text;
using Tell.Mta.Configuration;
using Tell.Smtp.Network;
using Tell.Tests.Smtp.Server;

namespace Tell.Tests.Mta;

/// <summary>Relaying is for the client that a trusted proxy speaks for, not for the proxy.</summary>
public sealed class SpokenForTests
{
    private const string Mail = "EHLO client.test\r\nMAIL FROM:<a@client.test>\r\nRCPT TO:<b@away.test>\r\nQUIT\r\n";

    [Theory]
    [InlineData("XCLIENT ADDR=198.51.100.3\r\n", "220 220 250 250 550 221")]
    [InlineData("XCLIENT ADDR=[UNAVAILABLE]\r\n", "220 220 250 250 550 221")]
    [InlineData("XCLIENT ADDR=203.0.113.1\r\n", "220 220 250 250 250 221")]
    [InlineData("", "220 250 250 250 221")]
    public void XCLIENT_decides_who_may_relay(string first, string codes) => Says(first, codes, proxy: false);

    [Theory]
    [InlineData("PROXY TCP4 198.51.100.3 192.0.2.1 40000 25\r\n", "220 250 250 550 221")]
    [InlineData("PROXY TCP4 203.0.113.1 192.0.2.1 40000 25\r\n", "220 250 250 250 221")]
    [InlineData("", "")]
    public void A_PROXY_header_decides_who_may_relay(string first, string codes) => Says(first, codes, proxy: true);

    [Fact]
    public void A_client_that_may_not_connect_is_told_so_before_the_banner_through_a_proxy_too() =>
        Says("PROXY TCP4 198.51.100.3 192.0.2.1 40000 25\r\n", "554", proxy: true, settings => settings with
        {
            PortAccess = [new AccessRule(IPNetwork.Parse("198.51.100.0/24"), AccessDecision.Refuse, 0)],
        });

    [Fact]
    public void Sessions_of_one_client_are_counted_through_a_proxy_before_it_says_a_word()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { ProxyFrom = [IPNetwork.Parse("192.0.2.200/32")], MaxSessionsPerClient = 1 });
        world.Run(async () =>
        {
            await node.LoadAsync();
            var proxy = world.Network.Host(IPAddress.Parse("192.0.2.200"));
            await using var first = await proxy.ConnectAsync(new IPEndPoint(node.Address, 25), CancellationToken.None);
            await SayAsync(first, "PROXY TCP4 198.51.100.3 192.0.2.1 40000 25\r\n");
            await first.Transport.Input.ReadAtLeastAsync(4, CancellationToken.None);
            await using var second = await proxy.ConnectAsync(new IPEndPoint(node.Address, 25), CancellationToken.None);
            await SayAsync(second, "PROXY TCP4 198.51.100.3 192.0.2.1 40001 25\r\n");
            Assert.Equal("421", Dialogue.CodesOf(await HearAsync(second)));
            await using var other = await proxy.ConnectAsync(new IPEndPoint(node.Address, 25), CancellationToken.None);
            await SayAsync(other, "PROXY TCP4 198.51.100.4 192.0.2.1 40000 25\r\nQUIT\r\n");
            Assert.Equal("220 221", Dialogue.CodesOf(await HearAsync(other)));
            await first.DisposeAsync();
            await node.Mta.DisposeAsync();
        });
    }

    // The proxy itself, 192.0.2.200, is one of the networks that may relay.
    private static void Says(string first, string codes, bool proxy, Func<MtaSettings, MtaSettings>? change = null)
    {
        IPNetwork[] here = [IPNetwork.Parse("192.0.2.200/32")];
        var world = new World();
        var node = world.Node("mta.test", settings => (change?.Invoke(settings) ?? settings) with
        {
            RelayClients = [IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("203.0.113.0/24")],
            XclientFrom = proxy ? [] : [.. here],
            ProxyFrom = proxy ? [.. here] : [],
        });
        world.Run(async () =>
        {
            await node.LoadAsync();
            await using var connection = await world.Network.Host(here[0].BaseAddress).ConnectAsync(new IPEndPoint(node.Address, 25), CancellationToken.None);
            await SayAsync(connection, first + Mail);
            Assert.Equal(codes, Dialogue.CodesOf(await HearAsync(connection)));
            await node.Mta.DisposeAsync();
        });
    }

    private static async Task SayAsync(IConnection connection, string octets) =>
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(octets), CancellationToken.None);

    private static async Task<string> HearAsync(IConnection connection)
    {
        var said = new StringBuilder();
        while (true)
        {
            var result = await connection.Transport.Input.ReadAsync(CancellationToken.None);
            said.Append(Encoding.ASCII.GetString(result.Buffer.ToArray()));
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return said.ToString();
        }
    }
}
