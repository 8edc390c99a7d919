namespace Tell.Smtp.Client;

/// <summary>A name and a password for AUTH (RFC 4954).</summary>
/// <param name="User">The user name.</param>
/// <param name="Password">The password; never logged.</param>
public sealed record ClientCredentials(string User, string Password)
{
    /// <summary>True where they may be sent over a session without TLS, PLAIN and LOGIN included.</summary>
    public bool WithoutTls { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{User}, with a password";
}
