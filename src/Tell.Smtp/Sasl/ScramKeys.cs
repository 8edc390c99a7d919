using System.Security.Cryptography;
using System.Text;

namespace Tell.Smtp.Sasl;

/// <summary>The keys that SCRAM-SHA-256 makes of a password (RFC 5802 3, RFC 7677): the one place where that is reckoned.</summary>
internal sealed class ScramKeys
{
    private ScramKeys(byte[] client, byte[] server) => (Client, Stored, Server) = (client, SHA256.HashData(client), server);

    /// <summary>ClientKey: who has it, can authenticate.</summary>
    public byte[] Client { get; }

    /// <summary>StoredKey, H(ClientKey).</summary>
    public byte[] Stored { get; }

    /// <summary>ServerKey.</summary>
    public byte[] Server { get; }

    /// <summary>The keys of a prepared password. It costs some milliseconds for each ten thousand iterations.</summary>
    public static ScramKeys Derive(string password, ReadOnlySpan<byte> salt, int iterations)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var keys = new ScramKeys(HMACSHA256.HashData(salted, "Client Key"u8), HMACSHA256.HashData(salted, "Server Key"u8));
        CryptographicOperations.ZeroMemory(salted);
        return keys;
    }

    /// <summary>The proof that a client has ClientKey: ClientKey XOR HMAC(StoredKey, AuthMessage).</summary>
    public byte[] Prove(ReadOnlySpan<byte> authMessage)
    {
        var proof = HMACSHA256.HashData(Stored, authMessage);
        Xor(proof, Client);
        return proof;
    }

    /// <summary>True where a proof was made by someone who has the ClientKey of a StoredKey; takes the same time either way.</summary>
    public static bool IsProof(ReadOnlySpan<byte> proof, ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> authMessage)
    {
        if (proof.Length != SHA256.HashSizeInBytes)
            return false;
        var client = HMACSHA256.HashData(storedKey, authMessage);
        Xor(client, proof);
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(client), storedKey);
    }

    private static void Xor(Span<byte> to, ReadOnlySpan<byte> with)
    {
        for (var i = 0; i < to.Length; i++)
            to[i] ^= with[i];
    }
}
