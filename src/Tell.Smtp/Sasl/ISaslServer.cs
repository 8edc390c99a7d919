namespace Tell.Smtp.Sasl;

/// <summary>The server's side of one authentication (RFC 4422 3); used once.</summary>
public interface ISaslServer
{
    /// <summary>Takes a response of the client; the first is null where the client sent no initial response, which is not the same as an empty one.</summary>
    ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellation);
}
