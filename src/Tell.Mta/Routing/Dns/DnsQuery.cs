using System.Buffers.Binary;
using System.Text;

namespace Tell.Mta.Routing.Dns;

/// <summary>A question as octets (RFC 1035 4.1), and whether a message answers it.</summary>
internal sealed class DnsQuery
{
    // RFC 6891 6.2.5 and the DNS flag day of 2020: 1232 octets pass everywhere without fragments.
    private const ushort DatagramSize = 1232;

    private readonly byte[] _octets;
    private readonly int _question;

    private DnsQuery(byte[] octets, int question) => (_octets, _question) = (octets, question);

    /// <summary>The message.</summary>
    public ReadOnlyMemory<byte> Octets => _octets;

    /// <summary>
    /// The question for records of a type, or null where the name cannot be asked for; recursion desired, with the wish to know whether it
    /// is validated (AD, RFC 6840 5.7); with EDNS where wanted, and then for TLSA with the wish for DNSSEC itself (DO, RFC 3225).
    /// </summary>
    /// <param name="id">The random id.</param>
    /// <param name="name">A normal name.</param>
    /// <param name="type">The type.</param>
    /// <param name="edns">True announces that larger datagrams are taken.</param>
    /// <param name="mixedCase">Bits that decide the case of each letter, to be echoed; null leaves lower case.</param>
    public static DnsQuery? Of(ushort id, string name, DnsType type, bool edns, Random? mixedCase)
    {
        Span<byte> octets = stackalloc byte[12 + 256 + 4 + 11];
        octets.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(octets, id);
        octets[2] = 1;
        octets[3] = 0x20;
        octets[5] = 1;
        if (!DnsName.TryWrite(name, octets.Slice(12, 256), out var length))
            return null;
        if (mixedCase is not null)
        {
            foreach (ref var octet in octets.Slice(12, length))
            {
                if (octet is >= (byte)'a' and <= (byte)'z' && mixedCase.Next(2) == 0)
                    octet -= 32;
            }
        }
        var end = 12 + length;
        BinaryPrimitives.WriteUInt16BigEndian(octets[end..], (ushort)type);
        octets[end + 3] = 1;
        end += 4;
        var question = end - 12;
        if (edns)
        {
            octets[11] = 1;
            BinaryPrimitives.WriteUInt16BigEndian(octets[(end + 1)..], (ushort)DnsType.Opt);
            BinaryPrimitives.WriteUInt16BigEndian(octets[(end + 3)..], DatagramSize);
            octets[end + 7] = (byte)(type == DnsType.Tlsa ? 0x80 : 0);
            end += 11;
        }
        return new DnsQuery(octets[..end].ToArray(), question);
    }

    /// <summary>True for a response with our id that echoes our question octet by octet, case included (RFC 5452 4).</summary>
    public bool IsAnsweredBy(ReadOnlySpan<byte> message) =>
        IsAnsweredInAnyCaseBy(message) && message.Slice(12, _question).SequenceEqual(_octets.AsSpan(12, _question));

    /// <summary>True for a response with our id and our question: where the case is not ours, it is a server that does not keep it, or a stranger.</summary>
    public bool IsAnsweredInAnyCaseBy(ReadOnlySpan<byte> message) =>
        message.Length >= 12 + _question
        && message[..2].SequenceEqual(_octets.AsSpan(0, 2))
        && (message[2] & 0xF8) == 0x80
        && message[4] == 0 && message[5] == 1
        && Ascii.EqualsIgnoreCase(message.Slice(12, _question), _octets.AsSpan(12, _question));

    /// <summary>
    /// True for a refusal that echoes no question, as FORMERR may (RFC 1035 4.1.1): enough to ask again without EDNS, never an answer.
    /// </summary>
    public bool IsRefusedBy(ReadOnlySpan<byte> message) =>
        message.Length >= 12 && message[..2].SequenceEqual(_octets.AsSpan(0, 2)) && (message[2] & 0xF8) == 0x80
        && (message[3] & 0x0F) is (DnsCode.FormErr or DnsCode.NotImp);
}
