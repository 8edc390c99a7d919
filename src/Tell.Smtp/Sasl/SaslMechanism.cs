namespace Tell.Smtp.Sasl;

/// <summary>A row of the mechanism table.</summary>
/// <param name="Name">The name (RFC 4422 3.1).</param>
/// <param name="Binds">True where it takes a channel binding.</param>
/// <param name="Serve">The server's side, for a session with this binding.</param>
/// <param name="Ask">The client's side, for a prepared name and password and this binding.</param>
internal sealed record SaslMechanism(
    string Name,
    bool Binds,
    Func<IAuthenticator, PasswordCheck, ReadOnlyMemory<byte>, ISaslServer> Serve,
    Func<string, string, ReadOnlyMemory<byte>, ISaslClient> Ask);
