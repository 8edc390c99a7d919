using System.Security.Cryptography;

namespace Tell.Smtp.Sasl;

/// <summary>
/// Checks a password that came in the clear (PLAIN, LOGIN) against the stored credential. That takes milliseconds of a processor, on
/// purpose: so it leaves the socket's thread first, and at most half of the processors are ever busy with it, whoever floods us. A wrong
/// name costs as much as a wrong password.
/// </summary>
internal static class PasswordCheck
{
    private static readonly SemaphoreSlim Room = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>The canonical name of the user; null where there is none, or the password is not right. Both are prepared already.</summary>
    public static async ValueTask<string?> WhoAsync(IAuthenticator people, string user, string password, CancellationToken cancellation)
    {
        var credential = await people.FindAsync(user, cancellation);
        var against = credential ?? DecoyCredentials.Of(user);
        await Task.Yield();
        // The token is asked afterwards: a wait that it ends would go on where it was cancelled.
        await Room.WaitAsync(CancellationToken.None);
        ScramKeys keys;
        try
        {
            cancellation.ThrowIfCancellationRequested();
            keys = ScramKeys.Derive(password, against.Salt.Span, against.Iterations);
        }
        finally
        {
            Room.Release();
        }
        var right = CryptographicOperations.FixedTimeEquals(keys.Stored, against.StoredKey.Span);
        return right ? credential?.User : null;
    }
}
