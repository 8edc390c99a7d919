using System.Buffers;
using System.Net.Security;
using System.Text;
using Tell.Smtp.Network;
using Tell.Smtp.Server;
using Tell.Smtp.Tls;

namespace Tell.Tests.Simulation;

/// <summary>
/// TLS on the simulated network: a handshake of one line each way, then the plain pipes. The server shows what the test registered for the name
/// that the client asks for, or the default certificate, which nobody trusts; the certificates of the server's options are not looked at.
/// Who does not take part in the handshake gets no session.
/// </summary>
internal sealed class SimulatedTls : ITls
{
    private const string Hello = "simulated TLS, asking for ", Show = "simulated TLS, showing ";

    private readonly Dictionary<string, SimulatedCertificate> _byName = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is shown for names that nobody registered.</summary>
    public SimulatedCertificate Default { get; set; } = new() { Names = ["localhost"], Key = "default", Issuer = "nobody" };

    /// <summary>How a server session uses it.</summary>
    public ServerTls Server => new(this, new TlsServerOptions { Certificates = new NoCertificates() });

    /// <summary>How many handshakes clients have begun: a story tells by it whether TLS was tried.</summary>
    public int Handshakes { get; private set; }

    /// <summary>Registers what is shown to clients that ask for a host; it replaces what was shown before.</summary>
    /// <param name="hostName">The name asked for (SNI).</param>
    /// <param name="trusted">Whether a root that everybody trusts vouches for it.</param>
    /// <param name="expired">Whether its time is over.</param>
    /// <param name="key">The name of its key, whose digest <see cref="SimulatedCertificate.Tlsa"/> publishes.</param>
    /// <param name="names">The names it is for; the host's own where none is given.</param>
    public SimulatedCertificate Certificate(string hostName, bool trusted = true, bool expired = false, string key = "k1", params string[] names) =>
        _byName[hostName] = new SimulatedCertificate { Names = names is [] ? [hostName] : [.. names], Trusted = trusted, Expired = expired, Key = key };

    /// <summary>Handshakes with a host fail from now on.</summary>
    public void Break(string hostName) => _byName[hostName] = Of(hostName) with { Broken = true };

    public async ValueTask<TlsHandshake> AcceptAsync(IConnection connection, TlsServerOptions options, CancellationToken cancellation)
    {
        var line = await LineAsync(connection, cancellation);
        if (line?.StartsWith(Hello, StringComparison.Ordinal) != true)
            return await FailAsync(connection, line is null ? "connection closed in the TLS handshake" : "the client does not speak TLS");
        var name = line[Hello.Length..];
        var certificate = Of(name);
        if (certificate.Broken)
            return await FailAsync(connection, "no cipher suite in common");
        return await SayAsync(connection, Show + name, cancellation) is { } lost
            ? await FailAsync(connection, lost)
            : TlsHandshake.Done(connection, Facts(certificate) with { ServerName = name.Length > 0 ? name : null });
    }

    public async ValueTask<TlsHandshake> ConnectAsync(IConnection connection, TlsClientOptions options, CancellationToken cancellation)
    {
        Handshakes++;
        if (await SayAsync(connection, Hello + options.ServerName, cancellation) is { } lost)
            return await FailAsync(connection, lost);
        var line = await LineAsync(connection, cancellation);
        if (line?.StartsWith(Show, StringComparison.Ordinal) != true)
            return await FailAsync(connection, line is null ? "connection closed in the TLS handshake" : "the server does not speak TLS");
        var certificate = Of(line[Show.Length..]);
        if (certificate.Check(options) is { } refusal)
        {
            await connection.DisposeAsync();
            return TlsHandshake.Failed(refusal);
        }
        return TlsHandshake.Done(connection, Facts(certificate) with
        {
            ServerName = options.ServerName is { Length: > 0 } name ? name : null,
            Verified = options.Verify,
        });
    }

    private SimulatedCertificate Of(string name) => _byName.GetValueOrDefault(name) ?? Default;

    private static TlsFacts Facts(SimulatedCertificate certificate) => new("TLSv1.3", "TLS_AES_256_GCM_SHA384") { ServerEndPoint = certificate.Binding };

    private static async ValueTask<TlsHandshake> FailAsync(IConnection connection, string text)
    {
        await connection.DisposeAsync();
        return TlsHandshake.Failed(new TlsFault(TlsFaultKind.Handshake, text));
    }

    private static async ValueTask<string?> SayAsync(IConnection connection, string line, CancellationToken cancellation)
    {
        try
        {
            await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellation);
            return null;
        }
        catch (IOException lost)
        {
            return lost.Message;
        }
    }

    // The line and no octet more: what stands behind it belongs to the session. Null at the end of the connection, and for what is no line.
    private static async ValueTask<string?> LineAsync(IConnection connection, CancellationToken cancellation)
    {
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(cancellation);
                if (result.Buffer.PositionOf((byte)'\n') is { } end)
                {
                    var line = Encoding.Latin1.GetString(result.Buffer.Slice(0, end)).TrimEnd('\r');
                    input.AdvanceTo(result.Buffer.GetPosition(1, end));
                    return line;
                }
                input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                if (result.IsCompleted)
                    return null;
            }
        }
        catch (OperationCanceledException)
        {
            await connection.DisposeAsync();
            throw;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed class NoCertificates : ITlsCertificates
    {
        public SslStreamCertificateContext Select(string serverName) => throw new InvalidOperationException("The simulation shows what the test registered.");
    }
}
