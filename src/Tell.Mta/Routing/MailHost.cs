using System.Net;

namespace Tell.Mta.Routing;

/// <summary>A host to try.</summary>
/// <param name="Name">Its name, for the history.</param>
/// <param name="Endpoint">Its address and port, or the socket of this machine.</param>
public readonly record struct MailHost(string Name, EndPoint Endpoint)
{
    /// <summary>Its address; null for a socket of this machine.</summary>
    public IPAddress? Address => (Endpoint as IPEndPoint)?.Address;

    /// <summary>Its address and port, or the path of its socket, for the history.</summary>
    public string Place => Endpoint.ToString() ?? "";

    /// <summary>True where what is sent to it never leaves this machine.</summary>
    public bool IsHere => Address is not { } address || IPAddress.IsLoopback(address);
}
