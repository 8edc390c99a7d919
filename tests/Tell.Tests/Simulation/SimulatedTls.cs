using Tell.Smtp.Network;
using Tell.Smtp.Tls;

namespace Tell.Tests.Simulation;

/// <summary>TLS on the simulated network.</summary>
internal sealed class SimulatedTls : ITls
{
    public ValueTask<TlsHandshake> AcceptAsync(IConnection connection, TlsServerOptions options, CancellationToken cancellation) =>
        ValueTask.FromResult(TlsHandshake.Failed(new TlsFault(TlsFaultKind.Handshake, "not yet")));

    public ValueTask<TlsHandshake> ConnectAsync(IConnection connection, TlsClientOptions options, CancellationToken cancellation) =>
        ValueTask.FromResult(TlsHandshake.Failed(new TlsFault(TlsFaultKind.Handshake, "not yet")));
}
