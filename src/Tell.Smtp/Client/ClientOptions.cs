namespace Tell.Smtp.Client;

/// <summary>The name and the time limits of a client session (RFC 5321 4.5.3.2).</summary>
public sealed record ClientOptions
{
    /// <summary>Our name in EHLO, HELO and LHLO.</summary>
    public required string HostName { get; init; }

    /// <summary>True for LMTP (RFC 2033): LHLO, and after the message one reply for each recipient that was taken.</summary>
    public bool Lmtp { get; init; }

    /// <summary>How the session uses TLS; null for never.</summary>
    public ClientTls? Tls { get; init; }

    /// <summary>Who we say we are, by AUTH; null for nobody.</summary>
    public ClientCredentials? Credentials { get; init; }

    /// <summary>True to make content 7bit for a peer that does not take it as it is (RFC 6152 3); false to refuse it then.</summary>
    public bool Convert8Bit { get; init; }

    /// <summary>How long to wait for the greeting (4.5.3.2.1).</summary>
    public TimeSpan GreetingTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait for the reply to a command (4.5.3.2.2, 4.5.3.2.3).</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait for 354 (4.5.3.2.4).</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long one piece of the body may take to be sent, or the reply to one chunk to come (4.5.3.2.5).</summary>
    public TimeSpan BlockTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long to wait for the reply to the final dot or the last chunk (4.5.3.2.6).</summary>
    public TimeSpan EndOfDataTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long to wait for the reply to QUIT: nothing depends on it.</summary>
    public TimeSpan QuitTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
