using System.Security.Cryptography;
using Tell.Smtp.Sasl;

namespace Tell.Mta.Operations;

/// <summary>Salts and hashes passwords the way SCRAM-SHA-256 needs them (RFC 5802 3, RFC 7677), in the storage form of RFC 5803.</summary>
public static class PasswordHash
{
    /// <summary>True where a text can be a password: it is not empty and holds no control characters.</summary>
    public static bool Accepts(string password) => SaslText.Prepare(password) is { Length: > 0 };

    /// <summary>"SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY"; a fresh salt each time, so two calls differ.</summary>
    /// <exception cref="ArgumentException">The text cannot be a password.</exception>
    public static string Of(string password) => Of(password, RandomNumberGenerator.GetBytes(16), ScramCredential.UsualIterations);

    /// <summary>The same with a given salt and number of iterations.</summary>
    public static string Of(string password, byte[] salt, int iterations) => ScramCredential.Of("", password, salt, iterations).ToStored();
}
