using System.Security.Cryptography;
using System.Text;

namespace Tell.Smtp.Sasl;

/// <summary>
/// Credentials for users that do not exist, which no password fits: so that a wrong name looks and costs like a wrong password. The same
/// name always has the same salt, in any case of its letters, as a real one has (RFC 5802 9). The key lives as long as the process: who
/// compares salts across a restart can tell.
/// </summary>
internal static class DecoyCredentials
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    /// <summary>The credential of a name.</summary>
    public static ScramCredential Of(string user)
    {
        var name = user.ToLowerInvariant();
        return new ScramCredential(user, ScramCredential.UsualIterations, Draw("salt", name).AsMemory(0, 16), Draw("stored", name), Draw("server", name));
    }

    private static byte[] Draw(string purpose, string name) => HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes($"{purpose}\0{name}"));
}
