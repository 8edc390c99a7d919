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
    /// <summary>Reads "SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY" (RFC 5803 2); null where it is none.</summary>
    public static ScramCredential? Parse(string user, string stored)
    {
        var parts = stored.Split('$');
        if (parts is not ["SCRAM-SHA-256", var first, var keys] || first.Split(':') is not [var count, var salt] || keys.Split(':') is not [var client, var server])
            return null;
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations < 1)
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
}
