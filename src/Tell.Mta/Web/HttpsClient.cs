namespace Tell.Mta.Web;

/// <summary>HTTPS over the machine's network.</summary>
public sealed class HttpsClient : IWebClient
{
    /// <inheritdoc/>
    public ValueTask<WebAnswer> GetAsync(Uri address, int most, CancellationToken cancellation) => throw new IOException("not yet");

    /// <inheritdoc/>
    public ValueTask<WebAnswer> PostAsync(Uri address, string mediaType, ReadOnlyMemory<byte> content, int most, CancellationToken cancellation) => throw new IOException("not yet");
}
