namespace Tell.Smtp.Sasl;

/// <summary>PLAIN (RFC 4616): one message, [authzid] NUL name NUL password. Nobody may act for another: authzid is empty or the name.</summary>
internal sealed class PlainServer(IAuthenticator people, PasswordCheck passwords) : ISaslServer
{
    /// <inheritdoc/>
    public ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellation)
    {
        if (response is not { } message)
            return new(new SaslStep(SaslState.Challenge));
        if (!TryParse(message.Span, out var authority, out var user, out var password))
            return new(new SaslStep(SaslState.Malformed));
        return authority.Length == 0 || authority == user ? CheckAsync(user, password, cancellation) : new(new SaslStep(SaslState.Failure));
    }

    private async ValueTask<SaslStep> CheckAsync(string user, string password, CancellationToken cancellation) =>
        await passwords.WhoAsync(people, user, password, cancellation) is { } who ? new SaslStep(SaslState.Success, User: who) : new SaslStep(SaslState.Failure);

    private static bool TryParse(ReadOnlySpan<byte> message, out string authority, out string user, out string password)
    {
        authority = user = password = "";
        var first = message.IndexOf((byte)0);
        if (first < 0 || (first > 0 && !SaslText.TryRead(message[..first], out authority)))
            return false;
        var rest = message[(first + 1)..];
        var second = rest.IndexOf((byte)0);
        // A third NUL would be a control character of the password.
        return second >= 0 && SaslText.TryRead(rest[..second], out user) && SaslText.TryRead(rest[(second + 1)..], out password);
    }
}
