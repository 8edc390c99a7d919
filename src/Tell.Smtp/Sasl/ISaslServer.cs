namespace Tell.Smtp.Sasl;

/// <summary>The server's side of one authentication (RFC 4422 3); used once.</summary>
public interface ISaslServer
{
    /// <summary>Takes a response of the client; the first may be null where the client sent no initial response.</summary>
    ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellation);
}
