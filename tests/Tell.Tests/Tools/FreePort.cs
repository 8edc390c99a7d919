using System.Net;
using System.Net.Sockets;

namespace Tell.Tests.Tools;

/// <summary>Ports for servers that must come back to the same port after a kill.</summary>
public static class FreePort
{
    // Below the range from which the system takes the source ports of outgoing connections (32768 and up), so that no client can
    // sit on the port while its server is down. Test runs side by side begin at different places.
    private const int First = 20_000;
    private const int Count = 12_000;
    private static int _next = Environment.ProcessId * 101 % Count;

    /// <summary>A port of 127.0.0.1 on which nobody listens, and which this test process has not given out before.</summary>
    public static int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (Interlocked.Increment(ref _next) % Count);
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
        throw new InvalidOperationException("No free port");
    }
}
