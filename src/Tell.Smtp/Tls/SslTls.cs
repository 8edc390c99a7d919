using System.Buffers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tell.Smtp.Network;

namespace Tell.Smtp.Tls;

/// <summary>
/// TLS 1.2 and 1.3 by the platform's library (RFC 8996 has done away with what was before). Nothing is fetched: no missing certificate, no
/// revocation list. Time limits are the caller's.
/// </summary>
public sealed class SslTls : ITls
{
    private const SslProtocols Versions = SslProtocols.Tls12 | SslProtocols.Tls13;

    private readonly TimeProvider _clock;
    private readonly ArrayPool<byte> _pool;

    /// <summary>TLS whose certificates are checked at the time of this clock.</summary>
    public SslTls(TimeProvider clock)
        : this(clock, ArrayPool<byte>.Shared)
    {
    }

    internal SslTls(TimeProvider clock, ArrayPool<byte> pool) => (_clock, _pool) = (clock, pool);

    /// <inheritdoc/>
    public async ValueTask<TlsHandshake> AcceptAsync(IConnection connection, TlsServerOptions options, CancellationToken cancellation)
    {
        var secure = new TlsConnection(connection, _pool);
        SslStreamCertificateContext? chosen = null;
        var fault = await ShakeHandsAsync(secure, secure.Stream.AuthenticateAsServerAsync(Choose, null, cancellation));
        if (fault is not null)
            return TlsHandshake.Failed(fault);
        return TlsHandshake.Done(secure, Facts(secure.Stream) with
        {
            ServerName = secure.Stream.TargetHostName is { Length: > 0 } name ? name : null,
            ServerEndPoint = EndPointBinding.Of(chosen!.TargetCertificate),
        });

        ValueTask<SslServerAuthenticationOptions> Choose(SslStream stream, SslClientHelloInfo hello, object? state, CancellationToken _)
        {
            chosen = options.Certificates.Select(hello.ServerName ?? "");
            return new(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = chosen,
                EnabledSslProtocols = Versions,
                AllowRenegotiation = false,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            });
        }
    }

    /// <inheritdoc/>
    public async ValueTask<TlsHandshake> ConnectAsync(IConnection connection, TlsClientOptions options, CancellationToken cancellation)
    {
        var secure = new TlsConnection(connection, _pool);
        TlsFault? refusal = null;
        ReadOnlyMemory<byte> binding = default;
        var asked = new SslClientAuthenticationOptions
        {
            TargetHost = options.ServerName,
            EnabledSslProtocols = Versions,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            // The platform's own check, whose result is not asked for: it may fetch nothing and need not find a root.
            CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, TrustMode = X509ChainTrustMode.CustomRootTrust },
            RemoteCertificateValidationCallback = Check,
        };
        var fault = await ShakeHandsAsync(secure, secure.Stream.AuthenticateAsClientAsync(asked, cancellation));
        if ((refusal ?? fault) is { } reason)
            return TlsHandshake.Failed(reason);
        return TlsHandshake.Done(secure, Facts(secure.Stream) with
        {
            ServerName = options.ServerName is { Length: > 0 } name ? name : null,
            Verified = options.Verify,
            ServerEndPoint = binding,
        });

        bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            if (certificate is not X509Certificate2 leaf)
            {
                refusal = new TlsFault(TlsFaultKind.NotTrusted, "the server showed no certificate");
                return false;
            }
            refusal = CertificateCheck.Of(leaf, chain?.ChainPolicy.ExtraStore ?? [], options, _clock.GetUtcNow());
            binding = EndPointBinding.Of(leaf);
            return refusal is null;
        }
    }

    private static TlsFacts Facts(SslStream stream) =>
        new(stream.SslProtocol == SslProtocols.Tls13 ? "TLSv1.3" : "TLSv1.2", stream.NegotiatedCipherSuite.ToString());

    // The one place where failures of a handshake become a value. Whatever happens, a connection that is not secure is closed.
    private static async ValueTask<TlsFault?> ShakeHandsAsync(TlsConnection secure, Task handshake)
    {
        try
        {
            await handshake;
            return null;
        }
        catch (OperationCanceledException)
        {
            secure.Abort();
            await secure.DisposeAsync();
            throw;
        }
        catch (Exception cause) when (cause is AuthenticationException or IOException or ObjectDisposedException or InvalidOperationException or CryptographicException)
        {
            await secure.DisposeAsync();
            return new TlsFault(TlsFaultKind.Handshake, secure.PlainEnded ? "connection closed in the TLS handshake" : TlsWords.Of(cause));
        }
    }
}
