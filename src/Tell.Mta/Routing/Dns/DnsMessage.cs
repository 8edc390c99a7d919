using System.Buffers.Binary;
using System.Net;

namespace Tell.Mta.Routing.Dns;

/// <summary>
/// A response, read (RFC 1035 4). Bounded against what a hostile server may send: 256 records in all, names that cannot loop, data that cannot
/// reach beyond its length. The additional section is read only for the extended response code (RFC 6891 6.1.3).
/// </summary>
internal sealed class DnsMessage
{
    public const int MaxRecords = 256;

    private DnsMessage(ReadOnlySpan<byte> header)
    {
        IsAuthoritative = (header[2] & 4) != 0;
        IsTruncated = (header[2] & 2) != 0;
        IsRecursive = (header[3] & 0x80) != 0;
        IsAuthentic = (header[3] & 0x20) != 0;
        Code = header[3] & 0x0F;
    }

    /// <summary>The response code.</summary>
    public int Code { get; private set; }

    /// <summary>TC: ask again by TCP.</summary>
    public bool IsTruncated { get; }

    /// <summary>AA.</summary>
    public bool IsAuthoritative { get; }

    /// <summary>RA.</summary>
    public bool IsRecursive { get; }

    /// <summary>AD: the server says that all of it is validated (RFC 4035 3.2.3).</summary>
    public bool IsAuthentic { get; }

    /// <summary>The answer section: A, AAAA, CNAME, MX, TXT and TLSA of class IN.</summary>
    public List<DnsRecord> Answers { get; } = [];

    /// <summary>The SOA of the authority section, which a negative answer is cached by (RFC 2308 3); null where there is none.</summary>
    public DnsRecord? Soa { get; private set; }

    /// <summary>Reads a message; null where it is none. A message that is cut short with TC set is read as far as it goes.</summary>
    public static DnsMessage? Read(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < 12)
            return null;
        var message = new DnsMessage(octets);
        var truncated = message.IsTruncated;
        var offset = 12;
        for (var questions = Count(octets, 4); questions > 0; questions--)
        {
            if (!DnsName.TryRead(octets, ref offset, out _) || (offset += 4) > octets.Length)
                return truncated ? message : null;
        }
        var (answers, authorities, additionals) = (Count(octets, 6), Count(octets, 8), Count(octets, 10));
        if (answers + authorities + additionals > MaxRecords)
            return null;
        for (var i = 0; i < answers + authorities + additionals; i++)
        {
            if (!TryRecord(octets, ref offset, out var record, out var extended))
                return truncated ? message : null;
            if (i < answers && record is { Type: not DnsType.Soa })
                message.Answers.Add(record);
            else if (i >= answers && i < answers + authorities && record is { Type: DnsType.Soa })
                message.Soa ??= record;
            else if (i >= answers + authorities)
                message.Code |= extended << 4;
        }
        return message;
    }

    private static int Count(ReadOnlySpan<byte> octets, int at) => BinaryPrimitives.ReadUInt16BigEndian(octets[at..]);

    // False: not a record. True and null: one of a type or class that is not read here.
    private static bool TryRecord(ReadOnlySpan<byte> octets, ref int offset, out DnsRecord? record, out int extended)
    {
        (record, extended) = (null, 0);
        if (!DnsName.TryRead(octets, ref offset, out var name) || offset + 10 > octets.Length)
            return false;
        var type = (DnsType)Count(octets, offset);
        var inet = Count(octets, offset + 2) == 1;
        var ttl = BinaryPrimitives.ReadUInt32BigEndian(octets[(offset + 4)..]);
        var length = Count(octets, offset + 8);
        var at = offset + 10;
        offset = at + length;
        if (offset > octets.Length)
            return false;
        if (type == DnsType.Opt)
            extended = (int)(ttl >> 24);
        // RFC 2181 8: a TTL with its highest bit set is 0.
        ttl = ttl > int.MaxValue ? 0 : ttl;
        return !inet || TryData(octets[..offset], at, name, type, ttl, out record);
    }

    private static bool TryData(ReadOnlySpan<byte> octets, int at, string name, DnsType type, uint ttl, out DnsRecord? record)
    {
        record = null;
        var data = octets[at..];
        var host = "";
        switch (type)
        {
            case DnsType.A or DnsType.Aaaa:
                if (data.Length != (type == DnsType.A ? 4 : 16))
                    return false;
                record = new DnsRecord(name, type, ttl, new IPAddress(data));
                return true;
            case DnsType.Cname:
                if (!DnsName.TryRead(octets, ref at, out host))
                    return false;
                record = new DnsRecord(name, type, ttl, Host: host);
                return true;
            case DnsType.Mx:
                at += 2;
                if (data.Length < 3 || !DnsName.TryRead(octets, ref at, out host))
                    return false;
                record = new DnsRecord(name, type, ttl, Host: host, Number: BinaryPrimitives.ReadUInt16BigEndian(data));
                return true;
            case DnsType.Soa:
                if (!DnsName.TryRead(octets, ref at, out _) || !DnsName.TryRead(octets, ref at, out _) || at + 20 > octets.Length)
                    return false;
                record = new DnsRecord(name, type, ttl, Number: BinaryPrimitives.ReadUInt32BigEndian(octets[(at + 16)..]));
                return true;
            case DnsType.Txt:
                if (!TryStrings(data, out var strings))
                    return false;
                record = new DnsRecord(name, type, ttl, Data: strings);
                return true;
            case DnsType.Tlsa:
                // RFC 6698 2.1: usage, selector, matching type, and data, which cannot be empty.
                if (data.Length < 4)
                    return false;
                record = new DnsRecord(name, type, ttl, Data: data.ToArray());
                return true;
            default:
                return true;
        }
    }

    // RFC 1035 3.3.14: strings, each with its length; put together without anything between them.
    private static bool TryStrings(ReadOnlySpan<byte> data, out byte[] together)
    {
        together = new byte[data.Length];
        var length = 0;
        while (!data.IsEmpty)
        {
            var end = 1 + data[0];
            if (end > data.Length)
                return false;
            data[1..end].CopyTo(together.AsSpan(length));
            length += end - 1;
            data = data[end..];
        }
        together = together[..length];
        return true;
    }
}
