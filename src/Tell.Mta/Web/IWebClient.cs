namespace Tell.Mta.Web;

/// <summary>HTTPS for what mail needs of it: MTA-STS policies (RFC 8461 3.3) and TLS-RPT reports (RFC 8460 3). The machine's, or a simulator's.</summary>
public interface IWebClient
{
    /// <summary>
    /// Gets a document over HTTPS with a verified certificate; no redirect is followed and no cache is asked. The answer has at most
    /// <paramref name="most"/> octets: a longer one is an <see cref="IOException"/>.
    /// </summary>
    /// <exception cref="IOException">It could not be had; the message is fit for the log. A handshake or a certificate at fault is the inner <see cref="System.Security.Authentication.AuthenticationException"/>.</exception>
    ValueTask<WebAnswer> GetAsync(Uri address, int most, CancellationToken cancellation);

    /// <summary>Posts octets; the answer's content is at most <paramref name="most"/> octets.</summary>
    /// <exception cref="IOException">It could not be posted.</exception>
    ValueTask<WebAnswer> PostAsync(Uri address, string mediaType, ReadOnlyMemory<byte> content, int most, CancellationToken cancellation);
}
