using System.Net;

namespace Tell.Mta.Configuration;

/// <summary>Networks made of the addresses in them.</summary>
internal static class NetworkPrefix
{
    /// <summary>The network of so many bits that holds the address: 192.0.2.0/24 for 192.0.2.7 and 24. IPNetwork itself takes only the former.</summary>
    public static IPNetwork Of(IPAddress address, int bits)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out var length);
        octets = octets[..length];
        for (var i = 0; i < length; i++)
            octets[i] &= (byte)(0xff00 >> Math.Clamp(bits - (i * 8), 0, 8));
        return new IPNetwork(new IPAddress(octets), bits);
    }
}
