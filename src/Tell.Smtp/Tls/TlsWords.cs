using System.Net;
using Tell.Mail;

namespace Tell.Smtp.Tls;

/// <summary>Failures of TLS in the words of an operator, on one line.</summary>
internal static class TlsWords
{
    /// <summary>"reading from 192.0.2.7:25: connection closed without close_notify"; what the plain connection says already names the address.</summary>
    public static string Of(string doing, IPEndPoint remote, Exception cause)
    {
        var words = Of(cause);
        return words.StartsWith(doing, StringComparison.Ordinal) ? words : $"{doing} {remote}: {words}";
    }

    /// <summary>What is at the bottom of it: "unsupported protocol", "connection reset".</summary>
    public static string Of(Exception cause)
    {
        while (cause.InnerException is { } inner && !IsOurs(cause))
            cause = inner;
        // OpenSSL: "error:0A000102:SSL routines::unsupported protocol".
        var text = cause.Message;
        var library = text.StartsWith("error:", StringComparison.Ordinal) ? text.LastIndexOf(':') : -1;
        return Line.Clean(text.AsSpan(library + 1)).Text;
    }

    // The plain connection has found the words already.
    private static bool IsOurs(Exception cause) => cause is IOException { InnerException: System.Net.Sockets.SocketException or ObjectDisposedException };
}
