using System.Net;
using Tell.Smtp.Network;

namespace Tell.Mta.Inbound;

/// <summary>An open listener and what it is for.</summary>
/// <param name="Role">What it is for.</param>
/// <param name="Asked">The address of the settings; with port 0 where any was asked for.</param>
/// <param name="Listener">The listener.</param>
internal sealed record InboundListener(ListenerRole Role, IPEndPoint Asked, IListener Listener)
{
    /// <summary>"192.0.2.1:25", or "192.0.2.1:587 (submission)".</summary>
    public string Words => Role switch
    {
        ListenerRole.Mx => Listener.Endpoint.ToString(),
        ListenerRole.Submission => $"{Listener.Endpoint} (submission)",
        _ => $"{Listener.Endpoint} (submission over TLS)",
    };
}
