using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Tell.Mail;
using Tell.Mta.Routing.Dns;
using Tell.Smtp.Network;

namespace Tell.Mta.Web;

/// <summary>
/// HTTPS over the MTA's own network: names are looked up by its DNS servers, and certificates trusted by its roots. One connection for each
/// request, since nothing here is asked twice in a row; no redirect, no proxy, no cookie, no compression.
/// </summary>
public sealed class HttpsClient : IWebClient
{
    private const int LargestHeaderKilobytes = 64;

    private readonly INetwork _network;
    private readonly Func<string, CancellationToken, ValueTask<DnsAnswer<IPAddress>>> _addresses;
    private readonly Func<X509Certificate2Collection?> _roots;

    /// <summary>The web as an MTA sees it.</summary>
    public HttpsClient(MtaContext context)
        : this(context.Network, (host, cancellation) => context.Resolver.AddressesAsync(host, cancellation), () => context.TlsPolicies.Roots)
    {
    }

    /// <summary>With a network, a way to look hosts up, and roots (null for those of the system), each asked for every request.</summary>
    internal HttpsClient(
        INetwork network, Func<string, CancellationToken, ValueTask<DnsAnswer<IPAddress>>> addresses, Func<X509Certificate2Collection?> roots) =>
        (_network, _addresses, _roots) = (network, addresses, roots);

    /// <inheritdoc/>
    public ValueTask<WebAnswer> GetAsync(Uri address, int most, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, address), most, cancellation);

    /// <inheritdoc/>
    public ValueTask<WebAnswer> PostAsync(Uri address, string mediaType, ReadOnlyMemory<byte> content, int most, CancellationToken cancellation)
    {
        var body = new ReadOnlyMemoryContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, address) { Content = body }, most, cancellation);
    }

    private async ValueTask<WebAnswer> SendAsync(HttpRequestMessage request, int most, CancellationToken cancellation)
    {
        var address = request.RequestUri!;
        if (address.Scheme != Uri.UriSchemeHttps)
            throw new IOException($"{address}: not https");
        IConnection? connection = null;
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = LargestHeaderKilobytes,
            SslOptions = Tls(),
            ConnectCallback = async (way, stop) =>
            {
                connection = await ConnectAsync(way.DnsEndPoint, stop);
                return new ConnectionStream(connection);
            },
        };
        using var client = new HttpMessageInvoker(handler);
        try
        {
            using (request)
            using (var answer = await client.SendAsync(request, cancellation))
                return new WebAnswer(answer.StatusCode, answer.Content.Headers.ContentType?.MediaType ?? "", await ReadAsync(answer, most, cancellation));
        }
        // The ladder of the web: one exception, whose message names the address, and whose cause tells a certificate from the rest.
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException)
        {
            cancellation.ThrowIfCancellationRequested();
            var cause = fault is HttpRequestException { InnerException: { } inner } ? inner : fault;
            throw new IOException($"{address}: {Line.Clean(cause.Message)}", cause as AuthenticationException ?? fault);
        }
        finally
        {
            if (connection is not null)
                await connection.DisposeAsync();
        }
    }

    private SslClientAuthenticationOptions Tls()
    {
        var options = new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 };
        if (_roots() is { } roots)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }
        return options;
    }

    private async ValueTask<IConnection> ConnectAsync(DnsEndPoint host, CancellationToken cancellation)
    {
        ImmutableArray<IPAddress> addresses;
        if (IPAddress.TryParse(host.Host, out var literal))
        {
            addresses = [literal];
        }
        else
        {
            var found = await _addresses(host.Host, cancellation);
            addresses = found.Records;
            if (addresses.IsEmpty)
                throw new IOException(found.Text);
        }
        for (var i = 0; ; i++)
        {
            try
            {
                return await _network.ConnectAsync(new IPEndPoint(addresses[i], host.Port), cancellation);
            }
            catch (Exception fault) when (fault is IOException or SocketException && i + 1 < addresses.Length)
            {
                // The next address of the host.
            }
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage answer, int most, CancellationToken cancellation)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
        var octets = new byte[Math.Min(most, 16 * 1024) + 1];
        for (var length = 0; ;)
        {
            var read = await body.ReadAsync(octets.AsMemory(length), cancellation);
            if (read == 0)
                return octets.AsMemory(0, length);
            length += read;
            if (length > most)
                throw new IOException($"the answer has more than {most} octets");
            if (length == octets.Length)
                Array.Resize(ref octets, Math.Min(2 * octets.Length, most + 1));
        }
    }
}
