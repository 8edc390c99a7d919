using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tell.Smtp.Sasl;

/// <summary>
/// SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677) as the client. The password is never sent, and a server that does not know
/// its credential is found out: <see cref="IsSatisfied"/> stays false until the server's signature was right.
/// </summary>
/// <param name="user">The prepared name.</param>
/// <param name="password">The prepared password.</param>
/// <param name="endPoint">The tls-server-end-point binding (RFC 5929 4); empty where there is none.</param>
/// <param name="plus">True for -PLUS, which takes a binding. False with a binding says "y": the server did not offer -PLUS.</param>
/// <param name="nonce">Our half of the nonce: printable ASCII without a comma, never used before.</param>
internal sealed class ScramClient(string user, string password, ReadOnlyMemory<byte> endPoint, bool plus, string nonce) : ISaslClient
{
    // RFC 7677 4: with fewer, whoever poses as the server could find the password out from our proof.
    private const int FewestIterations = 4096;

    private readonly string _header = plus ? "p=tls-server-end-point,," : endPoint.IsEmpty ? "n,," : "y,,";
    private readonly string _first = $"n={ScramText.EncodeName(user)},r={nonce}";
    private byte[]? _signature;
    private int _challenges;

    /// <inheritdoc/>
    public string Name => plus ? SaslMechanisms.ScramPlus : SaslMechanisms.Scram;

    /// <inheritdoc/>
    public bool IsSatisfied { get; private set; }

    /// <inheritdoc/>
    public byte[]? Initial() => Encoding.UTF8.GetBytes(_header + _first);

    /// <inheritdoc/>
    public byte[]? Next(ReadOnlySpan<byte> challenge) => (_challenges++, ScramText.Decode(challenge)) switch
    {
        (0, { } message) => Prove(message),
        (1, { } message) => Check(message),
        _ => null,
    };

    private byte[]? Prove(string message)
    {
        ReadOnlySpan<char> rest = message;
        if (!ScramText.TryTake(ref rest, 'r', out var nonces) || !ScramText.TryTake(ref rest, 's', out var salt) || !ScramText.TryTake(ref rest, 'i', out var count)
            || !ScramText.AreExtensions(rest))
            return null;
        if (!nonces.StartsWith(nonce, StringComparison.Ordinal) || nonces.Length == nonce.Length || !ScramText.IsNonce(nonces) || ScramText.Octets(salt) is not { Length: > 0 } octets
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < FewestIterations or > ScramCredential.MostIterations)
            return null;
        var keys = ScramKeys.Derive(password, octets, iterations);
        byte[] bound = [.. Encoding.UTF8.GetBytes(_header), .. plus ? endPoint.Span : default];
        var final = $"c={Convert.ToBase64String(bound)},r={nonces}";
        var authMessage = Encoding.UTF8.GetBytes($"{_first},{message},{final}");
        _signature = HMACSHA256.HashData(keys.Server, authMessage);
        return Encoding.UTF8.GetBytes($"{final},p={Convert.ToBase64String(keys.Prove(authMessage))}");
    }

    // "e=" instead of "v=" says why the server refuses; the reply code says so, too.
    private byte[]? Check(string message)
    {
        ReadOnlySpan<char> rest = message;
        IsSatisfied = _signature is not null && ScramText.TryTake(ref rest, 'v', out var value) && ScramText.AreExtensions(rest)
            && ScramText.Octets(value) is { } signature && CryptographicOperations.FixedTimeEquals(signature, _signature);
        return IsSatisfied ? [] : null;
    }
}
