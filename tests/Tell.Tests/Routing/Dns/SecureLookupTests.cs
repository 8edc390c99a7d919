using System.Net;
using Tell.Mta.Routing.Dns;
using Tell.Tests.Simulation;

namespace Tell.Tests.Routing.Dns;

/// <summary>What DANE and MTA-STS need of DNS: TLSA, TXT, and whether an answer is secure.</summary>
public sealed class SecureLookupTests
{
    private static readonly IPEndPoint Server = IPEndPoint.Parse("192.0.2.53:53");

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void The_AD_bit_makes_an_answer_secure_only_where_the_servers_are_trusted(bool trusted, bool authentic, bool secure) => Tell(trusted, async (network, resolver) =>
    {
        network.Serve(Server, query => Packet.To(query, authentic: authentic).Mx("a.test", 1, "mx.a.test").Octets());
        Assert.Equal(secure, (await resolver.MailExchangersAsync("a.test", default)).Secure);
        // From the cache too.
        Assert.Equal(secure, (await resolver.MailExchangersAsync("a.test", default)).Secure);
    });

    [Fact]
    public void That_there_is_nothing_is_secure_too() => Tell(true, async (network, resolver) =>
    {
        network.Serve(Server, query => Packet.To(query, authentic: true).Soa("test", 60, 60).Octets());
        var none = await resolver.MailExchangersAsync("a.test", default);
        Assert.Equal((DnsStatus.NoData, true), (none.Status, none.Secure));
    });

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_chain_of_aliases_is_as_secure_as_its_weakest_link(bool first, bool second) => Tell(true, async (network, resolver) =>
    {
        network.Serve(Server, query => Packet.Question(query).Name == "www.test"
            ? Packet.To(query, authentic: first).Cname("www.test", "b.example").Octets()
            : Packet.To(query, authentic: second).A("b.example", "192.0.2.9").Soa("example", 60, 60).Octets());
        var found = await resolver.AddressesAsync("www.test", default);
        Assert.Equal((DnsStatus.Found, first && second, "b.example"), (found.Status, found.Secure, found.Name));
    });

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Addresses_are_secure_where_those_of_both_kinds_are(bool four, bool six) => Tell(true, async (network, resolver) =>
    {
        network.Serve(Server, query => Packet.Question(query).Type == 1
            ? Packet.To(query, authentic: four).A("a.test", "192.0.2.1").Octets()
            : Packet.To(query, authentic: six).A("a.test", "2001:db8::1").Octets());
        Assert.Equal(four && six, (await resolver.AddressesAsync("a.test", default)).Secure);
    });

    [Fact]
    public void The_strings_of_a_TXT_record_are_put_together() => Tell(false, async (network, resolver) =>
    {
        network.Serve(Server, query => Packet.To(query).Txt("a.test", "v=STSv1; ", "id=1;").Txt("a.test", "").Octets());
        Assert.Equal(["v=STSv1; id=1;", ""], (await resolver.TextsAsync("a.test", default)).Records.AsEnumerable());
    });

    [Fact]
    public void TLSA_records_are_asked_for_with_DO_and_read() => Tell(true, async (network, resolver) =>
    {
        byte[]? asked = null;
        network.Serve(Server, query =>
        {
            asked = query.ToArray();
            return Packet.To(query, authentic: true).Tlsa("_25._tcp.mx.test", "3 1 1 00FF").Octets();
        });
        var found = await resolver.TlsaAsync("_25._tcp.mx.test", default);
        var record = Assert.Single(found.Records);
        Assert.Equal((true, 3, 1, 1, "00FF"), (found.Secure, record.Usage, record.Selector, record.Matching, Convert.ToHexString(record.Data.Span)));
        // RFC 3225: DO is the highest bit of the OPT record's third TTL octet.
        Assert.Equal(0x80, asked![^4]);
        Assert.Equal(0x20, asked[3] & 0x20);
    });

    [Fact]
    public void A_malformed_record_makes_no_message()
    {
        Assert.Null(DnsMessage.Read(Packet.To(Packet.Query("a.test")).Record(0, "a.test", 52, 1, [3, 1, 1]).Octets()));
        Assert.Null(DnsMessage.Read(Packet.To(Packet.Query("a.test")).Record(0, "a.test", 16, 1, [9, 1]).Octets()));
    }

    [Fact]
    public void Datagrams_of_strangers_are_passed_over_and_the_true_answer_is_waited_for() => Tell(false, async (network, resolver) =>
    {
        network.ServeMany(Server, query =>
        {
            var guess = Packet.To(query).Mx("a.test", 1, "evil.test").Octets();
            guess[0] ^= 0xFF;
            return [[], guess, Packet.To(Packet.Query("a.test")).Mx("a.test", 1, "evil.test").Octets(), Packet.To(query).Mx("a.test", 1, "mx.a.test").Octets()];
        });
        Assert.Equal("mx.a.test", Assert.Single((await resolver.MailExchangersAsync("a.test", default)).Records).Host);
    });

    [Fact]
    public void A_failure_is_kept_for_seconds() => Tell(false, async (network, resolver) =>
    {
        var asked = 0;
        network.Serve(Server, query =>
        {
            asked++;
            return Packet.To(query, code: 2).Octets();
        });
        await resolver.MailExchangersAsync("a.test", default);
        var once = asked;
        await resolver.MailExchangersAsync("a.test", default);
        Assert.Equal(once, asked);
        await Task.Delay(TimeSpan.FromSeconds(5), network.Simulator.Time);
        network.Serve(Server, query => Packet.To(query).Mx("a.test", 1, "mx.a.test").Octets());
        Assert.Equal(DnsStatus.Found, (await resolver.MailExchangersAsync("a.test", default)).Status);
    });

    [Fact]
    public void Only_so_many_questions_are_under_way_at_a_time() => Tell(false, async (network, resolver) =>
    {
        var (now, most) = (0, 0);
        network.Serve(Server, async query =>
        {
            most = Math.Max(most, ++now);
            await Task.Delay(TimeSpan.FromSeconds(1), network.Simulator.Time);
            now--;
            return Packet.To(query, code: 3).Octets();
        });
        var asking = Enumerable.Range(0, 100).Select(i => resolver.TextsAsync($"n{i}.test", default).AsTask()).ToArray();
        Assert.All(await Task.WhenAll(asking), answer => Assert.Equal(DnsStatus.NoDomain, answer.Status));
        Assert.Equal(10, most);
    });

    private static void Tell(bool trusted, Func<SimulatedNetwork, Resolver, Task> story)
    {
        var simulator = new Simulator();
        simulator.Run(async () =>
        {
            await using var resolver = new Resolver(simulator.Network, simulator.Time, simulator.Random, [Server], new ResolverOptions { TrustAd = trusted, Concurrency = 10 });
            await story(simulator.Network, resolver);
        });
    }
}
