using System.Buffers.Binary;
using System.Net;
using System.Text;
using Tell.Mta.Routing.Dns;

namespace Tell.Tests.Routing.Dns;

/// <summary>A DNS message made by hand, octet by octet, without the code under test.</summary>
internal sealed class Packet
{
    private readonly List<byte> _octets = [];
    private readonly int[] _counts = [0, 0, 0];

    private Packet()
    {
    }

    /// <summary>A response to a query: its id and question echoed; recursion available.</summary>
    public static Packet To(ReadOnlyMemory<byte> query, int code = 0, bool truncated = false, bool recursive = true, bool authentic = false)
    {
        var packet = new Packet();
        var end = 12;
        while (query.Span[end] != 0)
            end += query.Span[end] + 1;
        packet._octets.AddRange(query.Span[..(end + 5)]);
        packet._octets[2] = (byte)(0x81 | (truncated ? 2 : 0));
        packet._octets[3] = (byte)((recursive ? 0x80 : 0) | (authentic ? 0x20 : 0) | code);
        packet._octets[10] = packet._octets[11] = 0;
        return packet;
    }

    /// <summary>The name and type that a query asks for.</summary>
    public static (string Name, int Type) Question(ReadOnlyMemory<byte> query)
    {
        var labels = new List<string>();
        var at = 12;
        for (var length = query.Span[at]; length != 0; length = query.Span[at])
        {
            labels.Add(Encoding.ASCII.GetString(query.Span.Slice(at + 1, length)));
            at += length + 1;
        }
        return (string.Join('.', labels), BinaryPrimitives.ReadUInt16BigEndian(query.Span[(at + 1)..]));
    }

    public Packet A(string name, string address, uint ttl = 300) => Record(0, name, address.Contains(':') ? 28 : 1, ttl, IPAddress.Parse(address).GetAddressBytes());

    public Packet Mx(string name, int preference, string host, uint ttl = 300) =>
        Record(0, name, 15, ttl, [(byte)(preference >> 8), (byte)preference, .. Name(host)]);

    public Packet Txt(string name, params string[] strings) =>
        Record(0, name, 16, 300, [.. strings.SelectMany(text => (byte[])[(byte)text.Length, .. Encoding.Latin1.GetBytes(text)])]);

    public Packet Tlsa(string name, string record, uint ttl = 300)
    {
        var parts = record.Split(' ');
        return Record(0, name, 52, ttl, [byte.Parse(parts[0]), byte.Parse(parts[1]), byte.Parse(parts[2]), .. Convert.FromHexString(parts[3])]);
    }

    public Packet Cname(string name, string target, uint ttl = 300) => Record(0, name, 5, ttl, Name(target));

    public Packet Soa(string zone, uint ttl, uint minimum)
    {
        var minimumOctets = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(minimumOctets, minimum);
        return Record(1, zone, 6, ttl, [.. Name("ns." + zone), .. Name("root." + zone), .. new byte[16], .. minimumOctets]);
    }

    public Packet Raw(int section, params byte[] octets)
    {
        _counts[section]++;
        _octets.AddRange(octets);
        return this;
    }

    public Packet Record(int section, string name, int type, uint ttl, byte[] data)
    {
        var fixedPart = new byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart, (ushort)type);
        fixedPart[3] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(fixedPart.AsSpan(4), ttl);
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart.AsSpan(8), (ushort)data.Length);
        return Raw(section, [.. Name(name), .. fixedPart, .. data]);
    }

    public byte[] Octets()
    {
        var octets = _octets.ToArray();
        for (var section = 0; section < 3; section++)
            BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(6 + section * 2), (ushort)_counts[section]);
        return octets;
    }

    public static byte[] Name(string name)
    {
        if (name == ".")
            return [0];
        return [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
    }

    /// <summary>A query as the resolver makes it.</summary>
    public static byte[] Query(string name, DnsType type = DnsType.Mx) => DnsQuery.Of(4711, name, type, edns: true, null)!.Octets.ToArray();
}
