namespace Tell.Smtp.Server;

/// <summary>A message on its way in. Disposed without a commit it leaves nothing behind.</summary>
public interface IIncomingMessage : IAsyncDisposable
{
    /// <summary>Takes octets of the body; they may be reused when it completes.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation);

    /// <summary>
    /// Takes responsibility for the message. A 2xx reply is only ever given when it is on stable storage (invariant 1); 4xx or 5xx
    /// refuses it and leaves nothing.
    /// </summary>
    ValueTask<Reply> CommitAsync(CancellationToken cancellation);

    /// <summary>Its body has come to its end and it is refused: by its commit, or by the session, because it is too large or not what SMTP allows. Does not throw.</summary>
    void OnRefused()
    {
    }

    /// <summary>
    /// The client has heard the 2xx reply to the commit: a command came that it sent when the reply was there. Never called where the connection
    /// ends without another word; it may come after the message was let go of.
    /// </summary>
    void OnReplyHeard()
    {
    }
}
