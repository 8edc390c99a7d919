namespace Tell.Smtp.Sasl;

/// <summary>LOGIN (draft-murchison-sasl-login): name, then password; the name may come as the initial response.</summary>
internal sealed class LoginServer(IAuthenticator people, PasswordCheck passwords) : ISaslServer
{
    // The draft has other words; these are the ones that clients wait for.
    private static readonly byte[] AskName = "Username:"u8.ToArray();
    private static readonly byte[] AskPassword = "Password:"u8.ToArray();

    private string? _user;

    /// <inheritdoc/>
    public ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellation)
    {
        if (response is not { } message)
            return new(new SaslStep(SaslState.Challenge, AskName));
        if (!SaslText.TryRead(message.Span, out var text))
            return new(new SaslStep(SaslState.Malformed));
        if (_user is not null)
            return CheckAsync(_user, text, cancellation);
        _user = text;
        return new(new SaslStep(SaslState.Challenge, AskPassword));
    }

    private async ValueTask<SaslStep> CheckAsync(string user, string password, CancellationToken cancellation) =>
        await passwords.WhoAsync(people, user, password, cancellation) is { } who ? new SaslStep(SaslState.Success, User: who) : new SaslStep(SaslState.Failure);
}
