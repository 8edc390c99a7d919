using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Tell.Mta.Routing.Dns;
using Tell.Tests.Simulation;

namespace Tell.Tests.Routing.Dns;

public sealed class ResolverTests
{
    private static readonly IPEndPoint First = IPEndPoint.Parse("192.0.2.53:53");
    private static readonly IPEndPoint Second = IPEndPoint.Parse("192.0.2.54:53");

    [Fact]
    public void Mail_exchangers_are_found_and_kept_as_long_as_their_TTL_says() => Tell(async (simulator, resolver) =>
    {
        var asked = 0;
        simulator.Network.Serve(First, query =>
        {
            asked++;
            return Packet.To(query).Mx("example.test", 10, "MX1.example.test", 300).Mx("example.test", 20, "mx2.example.test", 60).Octets();
        });
        var found = await resolver.MailExchangersAsync("Example.TEST.", default);
        Assert.Equal((DnsStatus.Found, "2 records", simulator.Time.GetUtcNow().AddSeconds(60)), (found.Status, found.Text, found.Expires));
        Assert.Equal([new MxRecord(10, "mx1.example.test"), new MxRecord(20, "mx2.example.test")], found.Records.AsEnumerable());
        await resolver.MailExchangersAsync("example.test", default);
        Assert.Equal(1, asked);
        await Task.Delay(TimeSpan.FromSeconds(60), simulator.Time);
        await resolver.MailExchangersAsync("example.test", default);
        Assert.Equal(2, asked);
    });

    [Fact]
    public void Addresses_of_both_kinds_are_asked_together() => Tell(async (simulator, resolver) =>
    {
        simulator.Network.To(First.Address).Latency = TimeSpan.FromMilliseconds(50);
        simulator.Network.Serve(First, query => Packet.Question(query).Type == 1
            ? Packet.To(query).A("mx.example.test", "192.0.2.1").Octets()
            : Packet.To(query).A("mx.example.test", "2001:db8::1").Octets());
        var found = await resolver.AddressesAsync("mx.example.test", default);
        Assert.Equal(["192.0.2.1", "2001:db8::1"], found.Records.Select(address => address.ToString()));
        Assert.Equal(100, simulator.Time.Elapsed.TotalMilliseconds);
    });

    [Theory]
    [InlineData(0, 0, DnsStatus.NoData)]
    [InlineData(3, 3, DnsStatus.NoDomain)]
    [InlineData(0, 3, DnsStatus.NoData)]
    [InlineData(2, 0, DnsStatus.Failed)]
    [InlineData(3, 2, DnsStatus.Failed)]
    public void Without_an_address_the_two_questions_decide_together(int four, int six, DnsStatus status) => Tell(async (simulator, resolver) =>
    {
        simulator.Network.Serve(First, query => Packet.To(query, Packet.Question(query).Type == 1 ? four : six).Soa("test", 60, 60).Octets());
        var none = await resolver.AddressesAsync("example.test", default);
        Assert.Equal(status, none.Status);
        Assert.Empty(none.Records);
    });

    [Fact]
    public void Negative_answers_are_kept_for_the_minimum_of_the_SOA_and_not_without_one() => Tell(async (simulator, resolver) =>
    {
        var asked = new Dictionary<string, int>();
        simulator.Network.Serve(First, query =>
        {
            var name = Packet.Question(query).Name;
            asked[name] = asked.GetValueOrDefault(name) + 1;
            return name switch
            {
                "no.test" => Packet.To(query, 3).Soa("test", 900, 120).Octets(),
                "nodata.test" => Packet.To(query).Soa("test", 60, 120).Octets(),
                _ => Packet.To(query).Octets(),
            };
        });
        foreach (var (name, status, text, seconds) in new[]
        {
            ("no.test", DnsStatus.NoDomain, "no such domain", 120), ("nodata.test", DnsStatus.NoData, "no MX records", 60), ("bare.test", DnsStatus.NoData, "no MX records", 0),
        })
        {
            var before = simulator.Time.GetUtcNow();
            var none = await resolver.MailExchangersAsync(name, default);
            Assert.Equal((status, text, before.AddSeconds(seconds)), (none.Status, none.Text, none.Expires));
            await resolver.MailExchangersAsync(name, default);
            Assert.Equal(seconds > 0 ? 1 : 2, asked[name]);
            await Task.Delay(TimeSpan.FromSeconds(seconds), simulator.Time);
            await resolver.MailExchangersAsync(name, default);
            Assert.Equal(seconds > 0 ? 2 : 3, asked[name]);
        }
    });

    [Fact]
    public void Aliases_are_followed_inside_the_answer_and_by_a_new_question() => Tell(async (simulator, resolver) =>
    {
        var asked = new List<string>();
        simulator.Network.Serve(First, query =>
        {
            var name = Packet.Question(query).Name;
            asked.Add(name);
            return name == "www.test"
                ? Packet.To(query).Cname("www.test", "a.test", 30).Cname("a.test", "b.example").Octets()
                : Packet.To(query).Mx("b.example", 10, "mx.b.example").Octets();
        });
        var found = await resolver.MailExchangersAsync("www.test", default);
        Assert.Equal([new MxRecord(10, "mx.b.example")], found.Records.AsEnumerable());
        Assert.Equal(simulator.Time.GetUtcNow().AddSeconds(30), found.Expires);
        Assert.Equal(["www.test", "b.example"], asked);
    });

    [Fact]
    public void Aliases_that_lead_nowhere_or_in_circles_end() => Tell(async (simulator, resolver) =>
    {
        var asked = 0;
        simulator.Network.Serve(First, query =>
        {
            asked++;
            var name = Packet.Question(query).Name;
            return name switch
            {
                "self.test" => Packet.To(query).Cname("self.test", "self.test").Octets(),
                "two.test" => Packet.To(query).Cname("two.test", "ring.test").Cname("ring.test", "two.test").Octets(),
                "gone.test" => Packet.To(query, 3).Cname("gone.test", "nobody.test").Soa("test", 60, 60).Octets(),
                "odd.test" => Packet.To(query).Record(0, "odd.test", 5, 60, [3, 1, 2, 3, 0]).Octets(),
                _ => Packet.To(query).Cname(name, $"x{asked}.test").Octets(),
            };
        });
        foreach (var (name, status) in new[]
        {
            ("self.test", DnsStatus.Failed), ("two.test", DnsStatus.Failed), ("gone.test", DnsStatus.NoDomain), ("odd.test", DnsStatus.Failed), ("far.test", DnsStatus.Failed),
        })
            Assert.Equal((name, status), (name, (await resolver.MailExchangersAsync(name, default)).Status));
        Assert.InRange(asked, 5, 15);
    });

    [Fact]
    public void The_null_MX_is_shown_as_it_is() => Tell(async (simulator, resolver) =>
    {
        simulator.Network.Serve(First, query => Packet.To(query).Mx("example.test", 0, ".").Octets());
        Assert.Equal([new MxRecord(0, ".")], (await resolver.MailExchangersAsync("example.test", default)).Records.AsEnumerable());
    });

    [Fact]
    public void A_silent_server_is_left_for_the_next_which_is_then_asked_first() => Tell(async (simulator, resolver) =>
    {
        simulator.Network.To(First.Address).Silent = true;
        simulator.Network.Serve(Second, query => Packet.To(query).Mx(Packet.Question(query).Name, 1, "mx.test").Octets());
        Assert.Equal(DnsStatus.Found, (await resolver.MailExchangersAsync("one.test", default)).Status);
        Assert.Equal(3, simulator.Time.Elapsed.TotalSeconds);
        Assert.Equal(DnsStatus.Found, (await resolver.MailExchangersAsync("two.test", default)).Status);
        Assert.Equal(3, simulator.Time.Elapsed.TotalSeconds);
    });

    [Fact]
    public void When_nobody_answers_the_lookup_has_failed_in_bounded_time_and_is_soon_forgotten() => Tell(async (simulator, resolver) =>
    {
        simulator.Network.To(First.Address).Silent = true;
        simulator.Network.To(Second.Address).Silent = true;
        var failed = await resolver.MailExchangersAsync("example.test", default);
        Assert.Equal((DnsStatus.Failed, "no answer from 192.0.2.54:53 within 6 seconds"), (failed.Status, failed.Text));
        Assert.Equal(18, simulator.Time.Elapsed.TotalSeconds);
        simulator.Network.To(First.Address).Silent = false;
        await Task.Delay(TimeSpan.FromSeconds(5), simulator.Time);
        simulator.Network.Serve(First, query => Packet.To(query).Mx("example.test", 1, "mx.test").Octets());
        Assert.Equal(DnsStatus.Found, (await resolver.MailExchangersAsync("example.test", default)).Status);
    });

    [Theory]
    [InlineData(2, "SERVFAIL from 192.0.2.54:53")]
    [InlineData(5, "REFUSED from 192.0.2.54:53")]
    [InlineData(11, "RCODE 11 from 192.0.2.54:53")]
    public void A_server_that_fails_says_nothing_about_the_name(int code, string text) => Tell(async (simulator, resolver) =>
    {
        simulator.Network.Serve(First, query => Packet.To(query, code).Octets());
        simulator.Network.Serve(Second, query => Packet.To(query, code).Octets());
        var failed = await resolver.MailExchangersAsync("example.test", default);
        Assert.Equal((DnsStatus.Failed, text), (failed.Status, failed.Text));
    });

    [Fact]
    public void A_mere_referral_is_no_answer_and_a_refused_port_is_passed_over() => Tell(async (simulator, resolver) =>
    {
        simulator.Network.Serve(Second, query => Packet.To(query, recursive: false).Octets());
        var failed = await resolver.MailExchangersAsync("example.test", default);
        Assert.Equal((DnsStatus.Failed, "only a referral from 192.0.2.54:53"), (failed.Status, failed.Text));
    });

    [Fact]
    public void A_server_that_does_not_know_EDNS_is_asked_without() => Tell(async (simulator, resolver) =>
    {
        simulator.Network.Serve(First, query => query.Span[11] == 1 ? [query.Span[0], query.Span[1], 0x80, 1, .. new byte[8]] : Packet.To(query).Mx("example.test", 1, "mx.test").Octets());
        Assert.Equal(DnsStatus.Found, (await resolver.MailExchangersAsync("example.test", default)).Status);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void What_is_truncated_and_a_flood_of_strangers_are_asked_again_by_TCP(int kind) => Tell(async (simulator, resolver) =>
    {
        simulator.Network.To(First).LargestPiece = 3;
        simulator.Network.ServeMany(First, query => kind == 0
            ? [Packet.To(query, truncated: true).Octets()]
            : [.. Enumerable.Repeat(Packet.To(Packet.Query("victim.test")).Mx("victim.test", 1, "evil.test").Octets(), 30)]);
        await using var listener = await simulator.Network.ListenAsync(First, default);
        var serving = simulator.Start(async () =>
        {
            await using var connection = (await listener.AcceptAsync(default))!;
            var query = new List<byte>();
            while (query.Count < 2 || query.Count < 2 + (query[0] << 8) + query[1])
            {
                var result = await connection.Transport.Input.ReadAsync();
                foreach (var piece in result.Buffer)
                    query.AddRange(piece.Span);
                connection.Transport.Input.AdvanceTo(result.Buffer.End);
            }
            var answer = Packet.To(query.ToArray().AsMemory(2));
            for (var i = 0; i < 200; i++)
                answer.Mx("example.test", i, $"mx{i}.example.test");
            var octets = answer.Octets();
            var prefix = new byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(prefix, (ushort)octets.Length);
            await connection.Transport.Output.WriteAsync((byte[])[.. prefix, .. octets]);
        });
        var found = await resolver.MailExchangersAsync("example.test", default);
        Assert.Equal((DnsStatus.Found, 200), (found.Status, found.Records.Length));
        await serving;
    });

    [Fact]
    public void Equal_questions_at_the_same_time_are_asked_once_and_one_that_gives_up_takes_nothing_from_the_others() => Tell(async (simulator, resolver) =>
    {
        var asked = 0;
        simulator.Network.Serve(First, async query =>
        {
            asked++;
            await Task.Delay(TimeSpan.FromSeconds(2), simulator.Time);
            return Packet.To(query).Mx("example.test", 1, "mx.test").Octets();
        });
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), simulator.Time);
        var impatient = resolver.MailExchangersAsync("example.test", patience.Token).AsTask();
        var others = Enumerable.Range(0, 50).Select(_ => resolver.MailExchangersAsync("example.test", default).AsTask()).ToList();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.All(await Task.WhenAll(others), answer => Assert.Equal(DnsStatus.Found, answer.Status));
        Assert.Equal(1, asked);
    });

    [Fact]
    public void The_cache_is_bounded_and_the_oldest_answers_make_room()
    {
        var cache = new AnswerCache(10);
        var now = new ManualTime().GetUtcNow();
        for (var i = 0; i < 100; i++)
            cache.Keep(($"n{i}", DnsType.A), new Lookup(DnsStatus.NoData, [], "", now.AddHours(1)));
        Assert.Equal(10, cache.Count);
        Assert.Null(cache.Find(("n89", DnsType.A), now));
        Assert.NotNull(cache.Find(("n90", DnsType.A), now));
        Assert.Null(cache.Find(("n90", DnsType.A), now.AddHours(1)));
    }

    [Fact]
    public void Disposing_gives_up_what_is_being_asked() => Tell(async (simulator, resolver) =>
    {
        simulator.Network.To(First.Address).Silent = true;
        var asking = resolver.MailExchangersAsync("example.test", default).AsTask();
        await resolver.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal(TimeSpan.Zero, simulator.Time.Elapsed);
    });

    [Fact]
    public void Ids_differ_from_question_to_question() => Tell(async (simulator, resolver) =>
    {
        var ids = new HashSet<int>();
        simulator.Network.Serve(First, query =>
        {
            ids.Add(BinaryPrimitives.ReadUInt16BigEndian(query.Span));
            return Packet.To(query, 3).Octets();
        });
        for (var i = 0; i < 100; i++)
            await resolver.MailExchangersAsync($"n{i}.test", default);
        Assert.True(ids.Count > 90);
    });

    [Fact]
    public void No_name_and_no_server_are_answers_too() => new Simulator().Run(async () =>
    {
        var simulator = new Simulator();
        await using var resolver = new Resolver(simulator.Network, simulator.Time, simulator.Random, []);
        Assert.Equal((DnsStatus.NoDomain, "not a domain name"), ((await resolver.MailExchangersAsync("a..b", default)) is var bad ? (bad.Status, bad.Text) : default));
        Assert.Equal((DnsStatus.Failed, "no name server is configured"), ((await resolver.MailExchangersAsync("a.test", default)) is var none ? (none.Status, none.Text) : default));
    });

    private static void Tell(Func<Simulator, Resolver, Task> story)
    {
        var simulator = new Simulator();
        simulator.Run(async () =>
        {
            await using var resolver = new Resolver(simulator.Network, simulator.Time, simulator.Random, [First, Second]);
            await story(simulator, resolver);
        });
    }
}
