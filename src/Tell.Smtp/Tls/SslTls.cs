using Tell.Smtp.Network;

namespace Tell.Smtp.Tls;

/// <summary>TLS by the platform's library.</summary>
public sealed class SslTls : ITls
{
    /// <inheritdoc/>
    public ValueTask<TlsHandshake> AcceptAsync(IConnection connection, TlsServerOptions options, CancellationToken cancellation) =>
        ValueTask.FromResult(TlsHandshake.Failed(new TlsFault(TlsFaultKind.Handshake, "not yet")));

    /// <inheritdoc/>
    public ValueTask<TlsHandshake> ConnectAsync(IConnection connection, TlsClientOptions options, CancellationToken cancellation) =>
        ValueTask.FromResult(TlsHandshake.Failed(new TlsFault(TlsFaultKind.Handshake, "not yet")));
}
