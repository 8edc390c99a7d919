namespace Tell.Smtp.Sasl;

/// <summary>Where a server session finds out who may authenticate: implemented above, by the address book.</summary>
public interface IAuthenticator
{
    /// <summary>The credential of a user name as a client gave it; null where there is none. An exception means: nobody knows now (454 4.7.0).</summary>
    ValueTask<ScramCredential?> FindAsync(string user, CancellationToken cancellation);
}
