using System.Security.Cryptography;

namespace Tell.Smtp.Sasl;

/// <summary>
/// Checks a password that came in the clear (PLAIN, LOGIN) against the stored credential. That takes milliseconds of a processor, on
/// purpose: so it leaves the socket's thread first, and only so many are checked at a time, whoever floods us. A wrong name costs as much as
/// a wrong password.
/// </summary>
/// <param name="places">How many are checked at a time.</param>
public sealed class PasswordCheck(int places)
{
    private readonly SemaphoreSlim _places = new(places);

    /// <summary>The one of the process: half of the processors at most are busy with it.</summary>
    public static PasswordCheck Shared { get; } = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>The canonical name of the user; null where there is none, or the password is not right. Both are prepared already.</summary>
    internal async ValueTask<string?> WhoAsync(IAuthenticator people, string user, string password, CancellationToken cancellation)
    {
        var credential = await people.FindAsync(user, cancellation);
        var against = credential ?? DecoyCredentials.Of(user);
        await Task.Yield();
        // The token is asked afterwards: a wait that it ends would go on where it was cancelled.
        await _places.WaitAsync(CancellationToken.None);
        ScramKeys keys;
        try
        {
            cancellation.ThrowIfCancellationRequested();
            keys = ScramKeys.Derive(password, against.Salt.Span, against.Iterations);
        }
        finally
        {
            _places.Release();
        }
        var right = CryptographicOperations.FixedTimeEquals(keys.Stored, against.StoredKey.Span);
        return right ? credential?.User : null;
    }
}
