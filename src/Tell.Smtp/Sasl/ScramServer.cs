using System.Security.Cryptography;
using System.Text;

namespace Tell.Smtp.Sasl;

/// <summary>
/// SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677) as the server. The password never comes here, and the client learns that we
/// know its credential, too. An unknown user gets a salt, and fails in the end, just as a known one with a wrong password does.
/// </summary>
/// <param name="people">Who may authenticate.</param>
/// <param name="endPoint">The tls-server-end-point binding of the session (RFC 5929 4); empty where it has none, and -PLUS was not offered.</param>
/// <param name="plus">True for SCRAM-SHA-256-PLUS.</param>
/// <param name="nonce">Our half of the nonce: printable ASCII without a comma, never used before.</param>
internal sealed class ScramServer(IAuthenticator people, ReadOnlyMemory<byte> endPoint, bool plus, string nonce) : ISaslServer
{
    private static readonly SaslStep Malformed = new(SaslState.Malformed), Failure = new(SaslState.Failure);

    private Stage _stage;
    private ScramCredential? _credential;
    private bool _known;
    private string _nonces = "", _header = "", _firstMessages = "";

    private enum Stage : byte
    {
        First,
        Final,
        Acknowledgement,
        Over,
    }

    /// <inheritdoc/>
    public ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellation)
    {
        if (response is not { } message)
            return new(new SaslStep(SaslState.Challenge));
        var stage = _stage;
        _stage = Stage.Over;
        switch (stage)
        {
            case Stage.First:
                return FirstAsync(ScramText.Decode(message.Span) ?? "", cancellation);
            case Stage.Final:
                return new(Final(ScramText.Decode(message.Span) ?? ""));
            case Stage.Acknowledgement when message.IsEmpty:
                return new(new SaslStep(SaslState.Success, User: _credential!.User));
            default:
                return new(Malformed);
        }
    }

    // client-first-message: gs2-header, then the message itself, which the proofs cover.
    private ValueTask<SaslStep> FirstAsync(string message, CancellationToken cancellation)
    {
        var comma = message.IndexOf(',');
        var end = comma < 0 ? -1 : message.IndexOf(',', comma + 1);
        if (end < 0)
            return new(Malformed);
        if (CheckBinding(message.AsSpan(0, comma)) is { } refusal)
            return new(refusal);
        var authority = "";
        var given = message.AsSpan(comma + 1, end - comma - 1);
        if (!given.IsEmpty && (!given.StartsWith("a=") || !ScramText.TryDecodeName(given[2..], out authority)))
            return new(Malformed);
        var rest = message.AsSpan(end + 1);
        if (!ScramText.TryTake(ref rest, 'n', out var encoded) || !ScramText.TryDecodeName(encoded, out var user)
            || !ScramText.TryTake(ref rest, 'r', out var theirs) || !ScramText.IsNonce(theirs) || !ScramText.AreExtensions(rest))
            return new(Malformed);
        if (authority.Length > 0 && authority != user)
            return new(Failure);
        (_header, _nonces, _firstMessages) = (message[..(end + 1)], $"{theirs}{nonce}", message[(end + 1)..]);
        return ChallengeAsync(user, cancellation);
    }

    // RFC 5802 6: "y" says that the client could bind and believes that we cannot. Where we can, someone took -PLUS out of the list.
    private SaslStep? CheckBinding(ReadOnlySpan<char> flag) => flag switch
    {
        "n" => plus ? Malformed : null,
        "y" => plus ? Malformed : endPoint.IsEmpty ? null : Failure,
        "p=tls-server-end-point" => plus ? null : Malformed,
        _ => flag.StartsWith("p=") && plus ? Failure : Malformed,
    };

    private async ValueTask<SaslStep> ChallengeAsync(string user, CancellationToken cancellation)
    {
        var found = await people.FindAsync(user, cancellation);
        (_credential, _known, _stage) = (found ?? DecoyCredentials.Of(user), found is not null, Stage.Final);
        var challenge = $"r={_nonces},s={Convert.ToBase64String(_credential.Salt.Span)},i={_credential.Iterations}";
        _firstMessages = $"{_firstMessages},{challenge}";
        return new SaslStep(SaslState.Challenge, Encoding.UTF8.GetBytes(challenge));
    }

    private SaslStep Final(string message)
    {
        var proofAt = message.LastIndexOf(",p=", StringComparison.Ordinal);
        if (proofAt < 0)
            return Malformed;
        var rest = message.AsSpan(0, proofAt);
        if (!ScramText.TryTake(ref rest, 'c', out var bound) || !ScramText.TryTake(ref rest, 'r', out var nonces) || !ScramText.AreExtensions(rest)
            || ScramText.Octets(bound) is not { } binding || ScramText.Octets(message.AsSpan(proofAt + 3)) is not { } proof)
            return Malformed;
        var authMessage = Encoding.UTF8.GetBytes($"{_firstMessages},{message[..proofAt]}");
        byte[] expected = [.. Encoding.UTF8.GetBytes(_header), .. plus ? endPoint.Span : default];
        var isProof = ScramKeys.IsProof(proof, _credential!.StoredKey.Span, authMessage);
        if (!_known || !isProof || !nonces.SequenceEqual(_nonces) || !CryptographicOperations.FixedTimeEquals(binding, expected))
            return Failure;
        _stage = Stage.Acknowledgement;
        var signature = HMACSHA256.HashData(_credential.ServerKey.Span, authMessage);
        return new SaslStep(SaslState.Challenge, Encoding.UTF8.GetBytes($"v={Convert.ToBase64String(signature)}"));
    }
}
