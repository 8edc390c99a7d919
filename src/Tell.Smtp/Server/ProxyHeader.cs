using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tell.Smtp.Server;

/// <summary>
/// The header of the PROXY protocol (haproxy's proxy-protocol.txt), version 1 or 2, in which a proxy says for whom it connects. Both
/// addresses are null where it speaks for itself: UNKNOWN in version 1, LOCAL and an unspecified family in version 2.
/// </summary>
/// <param name="Source">The client's address.</param>
/// <param name="Target">The address that the client connected to.</param>
internal sealed record ProxyHeader(IPEndPoint? Source, IPEndPoint? Target)
{
    // "PROXY UNKNOWN ffff:...:ffff ffff:...:ffff 65535 65535" and CR LF.
    private const int LongestText = 107;

    // 16 octets, addresses of at most 216, and extensions: more than a segment is no header.
    private const int LongestBinary = 1024;

    private static readonly ProxyHeader Itself = new(null, null);

    private static ReadOnlySpan<byte> Text => "PROXY "u8;

    private static ReadOnlySpan<byte> Signature => [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];

    /// <summary>
    /// Takes the header off the beginning of what has arrived, and nothing behind it. Nobody is waited for who does not begin as one does.
    /// </summary>
    public static ProxyRead Read(ref ReadOnlySequence<byte> input, out ProxyHeader header)
    {
        header = Itself;
        Span<byte> octets = stackalloc byte[LongestBinary];
        octets = octets[..(int)Math.Min(input.Length, LongestBinary)];
        input.Slice(0, octets.Length).CopyTo(octets);
        int length;
        if (IsBeginning(octets, Text))
            length = ReadText(octets[..Math.Min(octets.Length, LongestText)], ref header);
        else if (IsBeginning(octets, Signature))
            length = ReadBinary(octets, ref header);
        else
            return ProxyRead.Malformed;
        if (length > 0)
            input = input.Slice(length);
        return length switch
        {
            0 => ProxyRead.Incomplete,
            < 0 => ProxyRead.Malformed,
            _ => ProxyRead.Header,
        };
    }

    private static bool IsBeginning(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> mark) =>
        octets.Length < mark.Length ? mark.StartsWith(octets) : octets.StartsWith(mark);

    // The length of the header; 0 for not yet, -1 for never.
    private static int ReadText(ReadOnlySpan<byte> octets, ref ProxyHeader header)
    {
        var end = octets.IndexOf("\r\n"u8);
        if (end < 0)
            return octets.Length < LongestText ? 0 : -1;
        var line = octets[..end];
        if (line.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            return -1;
        var words = Encoding.ASCII.GetString(line).Split(' ');
        if (words is ["PROXY", "UNKNOWN", ..])
            return end + 2;
        var family = words[1] switch { "TCP4" => AddressFamily.InterNetwork, "TCP6" => AddressFamily.InterNetworkV6, _ => AddressFamily.Unknown };
        if (words.Length != 6 || !TryAddress(words[2], family, out var source) || !TryAddress(words[3], family, out var target)
            || !TryPort(words[4], out var sourcePort) || !TryPort(words[5], out var targetPort))
            return -1;
        header = new ProxyHeader(new IPEndPoint(source, sourcePort), new IPEndPoint(target, targetPort));
        return end + 2;
    }

    private static int ReadBinary(ReadOnlySpan<byte> octets, ref ProxyHeader header)
    {
        if (octets.Length > 12 && octets[12] is not (0x20 or 0x21))
            return -1;
        if (octets.Length < 16)
            return 0;
        var length = 16 + BinaryPrimitives.ReadUInt16BigEndian(octets[14..]);
        // The sizes of an address: IPv4, IPv6. What is neither cannot have sent mail here, and is not taken for the proxy itself.
        int? size = octets[12] == 0x20 ? 0 : octets[13] switch { 0x00 => 0, 0x11 => 4, 0x21 => 16, _ => null };
        if (length > LongestBinary || size is not { } octetsOfAddress || length < 16 + (octetsOfAddress == 0 ? 0 : 2 * octetsOfAddress + 4))
            return -1;
        if (octets.Length < length)
            return 0;
        if (octetsOfAddress > 0)
        {
            var addresses = octets[16..];
            var ports = addresses[(2 * octetsOfAddress)..];
            header = new ProxyHeader(
                new IPEndPoint(new IPAddress(addresses[..octetsOfAddress]), BinaryPrimitives.ReadUInt16BigEndian(ports)),
                new IPEndPoint(new IPAddress(addresses.Slice(octetsOfAddress, octetsOfAddress)), BinaryPrimitives.ReadUInt16BigEndian(ports[2..])));
        }
        return length;
    }

    // No zone, no brackets, no short forms: an address that two readers may read in two ways is none.
    private static bool TryAddress(string word, AddressFamily family, out IPAddress address) =>
        PeerAddress.TryParse(word, out address) && address.AddressFamily == family;

    private static bool TryPort(string word, out ushort port) =>
        ushort.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out port) && (word.Length == 1 || word[0] != '0');
}
