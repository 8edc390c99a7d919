using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Tell.Mta.Configuration;

namespace Tell.Mta.Inbound;

/// <summary>Client addresses and the networks that they belong to. An IPv4 address that came as an IPv6 one (::ffff:192.0.2.1) is the IPv4 address.</summary>
internal static class ClientNetwork
{
    /// <summary>The address as settings spell it.</summary>
    public static IPAddress Plain(IPAddress client) => client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;

    /// <summary>The network of so many bits that holds the client.</summary>
    public static IPNetwork Of(IPAddress client, int bits4, int bits6)
    {
        var plain = Plain(client);
        return NetworkPrefix.Of(plain, plain.AddressFamily == AddressFamily.InterNetwork ? bits4 : bits6);
    }

    /// <summary>True where one of the networks holds the client.</summary>
    public static bool IsIn(this IPAddress client, ImmutableArray<IPNetwork> networks)
    {
        if (networks.IsEmpty)
            return false;
        var plain = Plain(client);
        foreach (var network in networks)
        {
            if (network.Contains(plain))
                return true;
        }
        return false;
    }
}
