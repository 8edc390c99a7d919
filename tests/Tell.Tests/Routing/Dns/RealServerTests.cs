using Microsoft.Extensions.Logging.Abstractions;
using Tell.Mta.Routing.Dns;
using Tell.Smtp.Network;
using Tell.Tests.Tools;

namespace Tell.Tests.Routing.Dns;

[Collection(ProcessCollection.Name)]
public sealed class RealServerTests
{
    [ToolFact("nsd")]
    public async Task A_real_server_is_understood()
    {
        var many = string.Join('\n', Enumerable.Range(0, 100).Select(i => $"many IN MX {i} exchanger-number-{i}.many"));
        using var server = new NameServerProcess("example.test", $"""
            $ORIGIN example.test.
            $TTL 3600
            @ IN SOA ns root 1 3600 600 86400 300
            @ IN NS ns
            @ IN MX 10 mx1
            @ IN MX 20 mx2.other.test.
            ns IN A 127.0.0.1
            mx1 IN A 192.0.2.1
            mx1 IN AAAA 2001:db8::1
            alias IN CNAME mx1
            deep IN CNAME alias
            away IN CNAME elsewhere.test.
            null IN MX 0 .
            {many}

            """);
        await using var resolver = new Resolver(new SocketNetwork(TimeProvider.System, NullLogger.Instance), TimeProvider.System, new Random(53), [server.Endpoint],
            new ResolverOptions { Timeout = TimeSpan.FromMilliseconds(500), MixedCase = true });

        var found = await ReadyAsync(resolver);
        Assert.True(found.Status == DnsStatus.Found, $"{found.Text}\n{server.Log}");
        Assert.Equal(["10 mx1.example.test", "20 mx2.other.test"], found.Records.Select(record => $"{record.Preference} {record.Host}").Order());
        Assert.Equal(["192.0.2.1", "2001:db8::1"], (await resolver.AddressesAsync("mx1.example.test", default)).Records.Select(address => address.ToString()));
        Assert.Equal(["192.0.2.1", "2001:db8::1"], (await resolver.AddressesAsync("deep.example.test", default)).Records.Select(address => address.ToString()));
        Assert.Equal(".", Assert.Single((await resolver.MailExchangersAsync("null.example.test", default)).Records).Host);
        Assert.Equal(DnsStatus.NoData, (await resolver.MailExchangersAsync("mx1.example.test", default)).Status);
        Assert.Equal(DnsStatus.NoDomain, (await resolver.MailExchangersAsync("nobody.example.test", default)).Status);
        // More than a datagram holds: by TCP.
        Assert.Equal(100, (await resolver.MailExchangersAsync("many.example.test", default)).Records.Length);
        // An authoritative server refuses what is not its own: nothing is known, so nothing is said.
        var failed = await resolver.MailExchangersAsync("away.example.test", default);
        Assert.Equal((DnsStatus.Failed, $"REFUSED from {server.Endpoint}"), (failed.Status, failed.Text));
    }

    // A server that has just been started may not answer yet.
    private static async Task<DnsAnswer<MxRecord>> ReadyAsync(Resolver resolver)
    {
        DnsAnswer<MxRecord>? found = null;
        await Patience.UntilAsync("an answer of nsd", Patience.ForAProgram, async () =>
        {
            found = await resolver.MailExchangersAsync("example.test", default);
            return found.Status != DnsStatus.Failed;
        });
        return found!;
    }
}
