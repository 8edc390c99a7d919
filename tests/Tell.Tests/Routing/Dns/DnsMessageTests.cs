using Tell.Mta.Routing.Dns;

namespace Tell.Tests.Routing.Dns;

public sealed class DnsMessageTests
{
    [Fact]
    public void A_query_is_as_RFC_1035_and_6891_want_it()
    {
        var octets = DnsQuery.Of(0x1234, "example.test", DnsType.Mx, edns: true, null)!.Octets.ToArray();
        Assert.Equal(
            "1234 0120 0001 0000 0000 0001 07 6578616D706C65 04 74657374 00 000F 0001 00 0029 04D0 00000000 0000".Replace(" ", "", StringComparison.Ordinal),
            Convert.ToHexString(octets));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("grün.test")]
    [InlineData("a b.test")]
    [InlineData("a\\046b.test")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234.test")]
    public void What_is_no_name_is_not_asked_for(string name) => Assert.Null(DnsQuery.Of(1, name, DnsType.A, edns: false, null));

    [Fact]
    public void Mixed_case_has_to_come_back_as_it_was_sent()
    {
        var query = DnsQuery.Of(7, "example.test", DnsType.A, edns: false, new Random(1))!;
        var (name, _) = Packet.Question(query.Octets);
        Assert.NotEqual("example.test", name);
        Assert.Equal("example.test", name, ignoreCase: true);
        var answer = Packet.To(query.Octets).Octets();
        Assert.True(query.IsAnsweredBy(answer));
        answer[13] ^= 32;
        Assert.False(query.IsAnsweredBy(answer));
    }

    [Fact]
    public void An_answer_has_our_id_and_our_question_and_is_an_answer()
    {
        var query = DnsQuery.Of(7, "example.test", DnsType.A, edns: false, null)!;
        var answer = Packet.To(query.Octets).Octets();
        Assert.True(query.IsAnsweredBy(answer));
        foreach (var at in new[] { 0, 1, 2, 5, 14, answer.Length - 1, answer.Length - 3 })
        {
            var forged = answer.ToArray();
            forged[at] ^= 0x80;
            Assert.False(query.IsAnsweredBy(forged), $"octet {at}");
        }
        Assert.False(query.IsAnsweredBy(answer.AsSpan(0, 11)));
        Assert.False(query.IsAnsweredBy(query.Octets.Span));
    }

    [Fact]
    public void Records_are_read_with_compressed_names_and_unknown_types_passed_over()
    {
        var message = DnsMessage.Read(Packet.To(Packet.Query("Example.Test"))
            .Record(0, "example.test", 99, 5, [3, 1, 2, 3])
            .Raw(0, 0xC0, 12, 0, 15, 0, 1, 0, 0, 1, 0, 0, 9, 0, 10, 4, (byte)'M', (byte)'x', (byte)'0', (byte)'.', 0xC0, 20)
            .A("mx.example.test", "192.0.2.7").A("mx.example.test", "2001:db8::7")
            .Soa("example.test", 60, 30).Octets())!;
        Assert.Equal(["example.test Mx 256 mx0\\046.test", "mx.example.test A 300 192.0.2.7", "mx.example.test Aaaa 300 2001:db8::7"],
            message.Answers.Select(record => $"{record.Name} {record.Type} {record.Ttl} {record.Host}{record.Address}"));
        Assert.Equal(30u, message.Soa!.Number);
    }

    [Fact]
    public void The_root_is_a_dot_and_a_TTL_beyond_31_bits_is_none()
    {
        var message = DnsMessage.Read(Packet.To(Packet.Query("example.test")).Mx("example.test", 0, ".", 0x80000000).Octets())!;
        Assert.Equal((".", 0u, 0u), (message.Answers[0].Host, message.Answers[0].Number, message.Answers[0].Ttl));
    }

    [Fact]
    public void Compression_cannot_loop_nor_point_ahead()
    {
        var query = Packet.Query("a.test");
        var self = Packet.To(query).Octets().Length;
        foreach (var target in new[] { self, self + 2, self + 12, 0x3FFF })
            Assert.Null(DnsMessage.Read(Packet.To(query).Raw(0, [(byte)(0xC0 | target >> 8), (byte)target, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 1, 2, 3, 4]).Octets()));
        // Two names that point at each other inside their data.
        Assert.Null(DnsMessage.Read(Packet.To(query).Raw(0, [1, (byte)'x', 0xC0, (byte)self, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 1, 2, 3, 4]).Octets()));
    }

    [Fact]
    public void Names_are_at_most_255_octets_and_records_at_most_256()
    {
        var label = new string('x', 63);
        var query = Packet.Query("a.test");
        Assert.NotNull(DnsMessage.Read(Packet.To(query).Cname("a.test", $"{label}.{label}.{label}.{label[..61]}").Octets()));
        Assert.Null(DnsMessage.Read(Packet.To(query).Cname("a.test", $"{label}.{label}.{label}.{label[..62]}").Octets()));
        var flood = Packet.To(query);
        for (var i = 0; i < DnsMessage.MaxRecords; i++)
            flood.A("a.test", "192.0.2.1");
        Assert.Equal(DnsMessage.MaxRecords, DnsMessage.Read(flood.Octets())!.Answers.Count);
        Assert.Null(DnsMessage.Read(flood.A("a.test", "192.0.2.1").Octets()));
    }

    [Fact]
    public void Data_that_does_not_fit_its_type_is_no_message()
    {
        var query = Packet.Query("a.test");
        Assert.Null(DnsMessage.Read(Packet.To(query).Record(0, "a.test", 1, 1, [1, 2, 3]).Octets()));
        Assert.Null(DnsMessage.Read(Packet.To(query).Record(0, "a.test", 28, 1, [1, 2, 3, 4]).Octets()));
        Assert.Null(DnsMessage.Read(Packet.To(query).Record(0, "a.test", 15, 1, [0, 1]).Octets()));
        Assert.Null(DnsMessage.Read(Packet.To(query).Record(0, "a.test", 5, 1, [9, 1]).Octets()));
        Assert.Null(DnsMessage.Read(Packet.To(query).Record(1, "a.test", 6, 1, [0, 0, 1]).Octets()));
    }

    [Fact]
    public void Any_octets_are_read_without_an_exception()
    {
        var random = new Random(1035);
        var seeds = new[]
        {
            Packet.To(Packet.Query("example.test")).Mx("example.test", 10, "mx.example.test").Cname("example.test", "b.test").Soa("test", 1, 2).Octets(),
            Packet.To(Packet.Query("example.test")).A("example.test", "192.0.2.1").A("example.test", "2001:db8::1").Octets(),
        };
        var read = 0;
        for (var round = 0; round < 50_000; round++)
        {
            var octets = seeds[round % seeds.Length].ToArray();
            for (var damage = random.Next(1, 6); damage > 0; damage--)
                octets[random.Next(octets.Length)] = (byte)(random.Next(4) == 0 ? 0xC0 : random.Next(256));
            if (DnsMessage.Read(octets.AsSpan(0, random.Next(3) == 0 ? random.Next(octets.Length) : octets.Length)) is not null)
                read++;
        }
        Assert.InRange(read, 1, 49_999);
    }

    [Fact]
    public void Servers_are_read_from_the_systems_file()
    {
        Assert.Equal(["192.0.2.1:53", "[2001:db8::1]:53"], SystemServers.Parse("# c\nsearch x\n nameserver\t192.0.2.1 # first\r\nnameserver 2001:db8::1\nnameserver x\nnameserver\n").Select(server => server.ToString()));
        Assert.Equal("127.0.0.1:53", Assert.Single(SystemServers.Parse("")).ToString());
    }
}
