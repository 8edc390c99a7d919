using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tell.Mta.Operations;

/// <summary>Salts and hashes passwords the way SCRAM-SHA-256 needs them (RFC 5802 3, RFC 7677), in the storage form of RFC 5803.</summary>
public static class PasswordHash
{
    private const int Iterations = 20_000;

    /// <summary>"SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY"; a fresh salt each time, so two calls differ.</summary>
    public static string Of(string password) => Of(password, RandomNumberGenerator.GetBytes(16), Iterations);

    /// <summary>The same with a given salt and number of iterations.</summary>
    public static string Of(string password, byte[] salt, int iterations)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormKC)), salt, iterations, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"SCRAM-SHA-256${iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}");
    }
}
