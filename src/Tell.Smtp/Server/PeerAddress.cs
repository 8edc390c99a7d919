using System.Net;
using System.Net.Sockets;

namespace Tell.Smtp.Server;

/// <summary>Reads the address of a client that someone else tells us.</summary>
internal static class PeerAddress
{
    /// <summary>An IPv4 address as four decimal numbers, or an IPv6 address without brackets and zone; nothing that can be read in two ways.</summary>
    public static bool TryParse(string text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.AsSpan().ContainsAny('[', ']', '%') || !IPAddress.TryParse(text, out var parsed))
            return false;
        address = parsed;
        return parsed.AddressFamily == AddressFamily.InterNetworkV6 || parsed.ToString() == text;
    }
}
