using System.Net;

namespace Tell.Smtp.Network;

/// <summary>Short ways to use a network.</summary>
public static class NetworkExtensions
{
    /// <summary>Connects from whichever address the machine picks.</summary>
    public static ValueTask<IConnection> ConnectAsync(this INetwork network, EndPoint endpoint, CancellationToken cancellation) =>
        network.ConnectAsync(endpoint, null, cancellation);
}
