using Tell.Smtp.Network;

namespace Tell.Smtp.Tls;

/// <summary>
/// Makes a connection a secure one: the machine's TLS, or a simulator's. The plain connection belongs to the handshake from then on: what it
/// gives back owns it, and where it fails it has closed it. Octets of the plain connection that were read and not consumed are lost to TLS:
/// whoever calls has made sure that there are none (RFC 3207 6, the STARTTLS injection).
/// </summary>
public interface ITls
{
    /// <summary>The handshake as the server.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the connection is gone.</exception>
    ValueTask<TlsHandshake> AcceptAsync(IConnection connection, TlsServerOptions options, CancellationToken cancellation);

    /// <summary>The handshake as the client, and the check of the server's certificate that the options ask for.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the connection is gone.</exception>
    ValueTask<TlsHandshake> ConnectAsync(IConnection connection, TlsClientOptions options, CancellationToken cancellation);
}
