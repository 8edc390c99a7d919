namespace Tell.Smtp.Server;

/// <summary>The limits and the name of a server session.</summary>
public sealed record ServerOptions
{
    /// <summary>Our name in the greeting and the reply to EHLO.</summary>
    public required string HostName { get; init; }

    /// <summary>The text after the name in the greeting.</summary>
    public string Greeting { get; init; } = "ESMTP Tell";

    /// <summary>The largest message in octets, advertised by SIZE and enforced while reading.</summary>
    public long MaxMessageSize { get; init; } = 50 * 1024 * 1024;

    /// <summary>The most recipients of one message; more get 452 (RFC 5321 4.5.3.1.10). At least 100 (4.5.3.1.8).</summary>
    public int MaxRecipients { get; init; } = 1000;

    /// <summary>
    /// How many commands a session may have answered with 5yz, since it began or since its last accepted message, before it is closed
    /// with 421; 0 for no limit.
    /// </summary>
    public int MaxErrors { get; init; } = 20;

    /// <summary>
    /// How long a session waits for the next whole command, for the next piece of data, or for the client to read its replies
    /// (RFC 5321 4.5.3.2.7: at least 5 minutes). Zero or less: for ever.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What happens to a message that holds a bare CR or a bare LF.</summary>
    public BareNewlines BareNewlines { get; init; }
}
