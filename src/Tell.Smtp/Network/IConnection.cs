using System.IO.Pipelines;
using System.Net;

namespace Tell.Smtp.Network;

/// <summary>A connection as two pipes. Disposing closes it after what was flushed has been handed to the network.</summary>
public interface IConnection : IAsyncDisposable
{
    /// <summary>Reads what the other side sends and writes what it gets.</summary>
    IDuplexPipe Transport { get; }

    /// <summary>Our address; loopback and port 0 where the connection goes over a socket of this machine.</summary>
    IPEndPoint Local { get; }

    /// <summary>The other side's address; loopback and port 0 where the connection goes over a socket of this machine.</summary>
    IPEndPoint Remote { get; }

    /// <summary>Ends it at once, without waiting for anything; reads and writes that are under way fail.</summary>
    void Abort();
}
