using System.Net.Sockets;

namespace Tell.Smtp.Network;

/// <summary>Socket errors in the words of an operator.</summary>
internal static class SocketWords
{
    /// <summary>"port in use", "not permitted", "connection refused", ...</summary>
    public static string Of(SocketException cause) => cause.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "port in use",
        SocketError.AccessDenied => "not permitted (ports below 1024 need a privilege)",
        SocketError.AddressNotAvailable => "this machine does not have that address",
        SocketError.AddressFamilyNotSupported => "this machine does not speak that kind of address",
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset",
        SocketError.ConnectionAborted or SocketError.OperationAborted or SocketError.Interrupted => "connection aborted",
        SocketError.Shutdown => "connection closed by the other side",
        SocketError.TimedOut => "no answer in time",
        SocketError.HostUnreachable or SocketError.HostDown => "host unreachable",
        SocketError.NetworkUnreachable or SocketError.NetworkDown => "network unreachable",
        SocketError.TooManyOpenSockets => "too many open files",
        SocketError.NoBufferSpaceAvailable => "no buffer space",
        _ => cause.Message,
    };

    /// <summary>The same for a socket that has a path and no port.</summary>
    public static string OfPath(SocketException cause) => cause.SocketErrorCode switch
    {
        // What the runtime makes of ENOENT.
        SocketError.AddressNotAvailable => "there is no such socket",
        SocketError.AccessDenied => "not permitted",
        SocketError.ConnectionRefused => "nobody listens on it",
        // A full backlog: there is no network on which the request could wait.
        SocketError.WouldBlock or SocketError.TryAgain => "too many wait for it",
        _ => Of(cause),
    };
}
