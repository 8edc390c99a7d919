using System.Net;

namespace Tell.Smtp.Network;

/// <summary>A listening address.</summary>
public interface IListener : IAsyncDisposable
{
    /// <summary>The address and port really listened on.</summary>
    IPEndPoint Endpoint { get; }

    /// <summary>The next connection; null when the listener has been disposed.</summary>
    ValueTask<IConnection?> AcceptAsync(CancellationToken cancellation);
}
