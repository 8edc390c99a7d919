using System.Globalization;

namespace Tell.Smtp.Sasl;

/// <summary>What is stored of a password (RFC 5802 3, RFC 7677): enough to check one, not enough to be one.</summary>
/// <param name="User">The canonical name of whom it belongs to.</param>
/// <param name="Iterations">The iteration count of PBKDF2.</param>
/// <param name="Salt">The salt.</param>
/// <param name="StoredKey">H(ClientKey), 32 octets.</param>
/// <param name="ServerKey">ServerKey, 32 octets.</param>
public sealed record ScramCredential(string User, int Iterations, ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> StoredKey, ReadOnlyMemory<byte> ServerKey)
{
    /// <summary>The iteration count of new credentials; 4096 is the least that RFC 7677 4 allows.</summary>
    public const int UsualIterations = 20_000;

    /// <summary>The most iterations that are reckoned, on either side: what one guess may cost us is bounded.</summary>
    public const int MostIterations = 250_000;

    /// <summary>The credential of a password, which is prepared as <see cref="SaslText.Prepare"/> does it.</summary>
    /// <exception cref="ArgumentException">The text cannot be a password.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The iterations are not 1 to <see cref="MostIterations"/>.</exception>
    public static ScramCredential Of(string user, string password, ReadOnlyMemory<byte> salt, int iterations)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, MostIterations);
        if (SaslText.Prepare(password) is not { Length: > 0 } prepared)
            throw new ArgumentException("A password holds no control characters and is not empty.", nameof(password));
        var keys = ScramKeys.Derive(prepared, salt.Span, iterations);
        return new ScramCredential(user, iterations, salt, keys.Stored, keys.Server);
    }

    /// <summary>Reads "SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY" (RFC 5803 2); null where it is none, or costs more than <see cref="MostIterations"/>.</summary>
    public static ScramCredential? Parse(string user, string stored)
    {
        var parts = stored.Split('$');
        if (parts is not ["SCRAM-SHA-256", var first, var keys] || first.Split(':') is not [var count, var salt] || keys.Split(':') is not [var client, var server])
            return null;
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < 1 or > MostIterations)
            return null;
        try
        {
            var credential = new ScramCredential(user, iterations, Convert.FromBase64String(salt), Convert.FromBase64String(client), Convert.FromBase64String(server));
            return credential.StoredKey.Length == 32 && credential.ServerKey.Length == 32 ? credential : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public string ToStored() => string.Create(
        CultureInfo.InvariantCulture,
        $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(Salt.Span)}${Convert.ToBase64String(StoredKey.Span)}:{Convert.ToBase64String(ServerKey.Span)}");
}
