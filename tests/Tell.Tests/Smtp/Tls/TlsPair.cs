using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tell.Smtp.Network;
using Tell.Smtp.Tls;

namespace Tell.Tests.Smtp.Tls;

/// <summary>A client and a server that have shaken hands, or have not, over a connection in memory.</summary>
internal sealed class TlsPair : IAsyncDisposable
{
    public static readonly Issuer Root = Issuer.Root();

    private static readonly X509Certificate2 Certificate = Root.Issue(["mx.example.test"]);

    private TlsPair(PipeConnection plainClient, PipeConnection plainServer, TlsHandshake client, TlsHandshake server) =>
        (PlainClient, PlainServer, ClientSide, ServerSide) = (plainClient, plainServer, client, server);

    public PipeConnection PlainClient { get; }

    public PipeConnection PlainServer { get; }

    public TlsHandshake ClientSide { get; }

    public TlsHandshake ServerSide { get; }

    public IConnection Client => ClientSide.Connection!;

    public IConnection Server => ServerSide.Connection!;

    public static TlsClientOptions Anything { get; } = new() { ServerName = "mx.example.test" };

    public static TlsClientOptions Pkix { get; } = Anything with { Verify = TlsVerification.Pkix, Names = ["mx.example.test"], Roots = Root.AsRoot };

    /// <summary>Both shake hands.</summary>
    public static async Task<TlsPair> ShakeAsync(TlsClientOptions? options = null, ITlsCertificates? certificates = null, int window = 0, ArrayPool<byte>? pool = null)
    {
        var (client, server) = PipeConnection.Pair(window);
        var tls = new SslTls(new FixedClock(), pool ?? ArrayPool<byte>.Shared);
        var accepting = tls.AcceptAsync(server, new TlsServerOptions { Certificates = certificates ?? new HeldCertificates(Certificate) }, default).AsTask();
        var connecting = tls.ConnectAsync(client, options ?? Anything, default).AsTask();
        return new TlsPair(client, server, await connecting, await accepting);
    }

    /// <summary>Everything up to the other side's end, as Latin-1.</summary>
    public static async Task<string> ReadAllAsync(IConnection connection)
    {
        var text = new StringBuilder();
        while (true)
        {
            var result = await connection.Transport.Input.ReadAsync();
            text.Append(Encoding.Latin1.GetString(result.Buffer));
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return text.ToString();
        }
    }

    public static async Task SayAsync(IConnection connection, string text) => await connection.Transport.Output.WriteAsync(Encoding.Latin1.GetBytes(text));

    public async ValueTask DisposeAsync()
    {
        if (ClientSide.Connection is { } client)
            await client.DisposeAsync();
        if (ServerSide.Connection is { } server)
            await server.DisposeAsync();
    }
}
