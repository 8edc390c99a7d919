using Tell.Smtp.Sasl;

namespace Tell.Smtp.Server;

/// <summary>The limits and the name of a server session.</summary>
public sealed record ServerOptions
{
    /// <summary>How many times AUTH may fail in a session before it is closed with 421.</summary>
    public const int MaxFailures = 3;

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

    /// <summary>What happens to a message that holds a bare CR, a bare LF or a NUL.</summary>
    public BareNewlines BareNewlines { get; init; }

    /// <summary>The most transactions of one session; MAIL for one more gets 421 and ends it. 0 for no limit. Said in LIMITS as MAILMAX (RFC 9422).</summary>
    public int MaxMessages { get; init; }

    /// <summary>The largest header in octets, with its empty line; the rest of a message with a larger one is read and 552 5.3.4 given. 0 for no limit.</summary>
    public long MaxHeaderSize { get; init; }

    /// <summary>
    /// The octets a second that a body must bring on average, judged when octets come after its first minute, without the time that the
    /// receiver takes to write; slower gets 421. 0 for no limit.
    /// </summary>
    public int MinDataRate { get; init; }

    /// <summary>TLS; null where it is not offered.</summary>
    public ServerTls? Tls { get; init; }

    /// <summary>Who may authenticate; null where AUTH is not offered.</summary>
    public IAuthenticator? Authenticator { get; init; }

    /// <summary>Where passwords that come in the clear are checked: a bound on what that may cost.</summary>
    public PasswordCheck Passwords { get; init; } = PasswordCheck.Shared;

    /// <summary>How long the answer to the first failed AUTH of a session waits; the second waits twice, the third three times as long.</summary>
    public TimeSpan AuthPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>True where AUTH is offered before TLS, too (never by default: PLAIN and LOGIN show the password).</summary>
    public bool AuthWithoutTls { get; init; }

    /// <summary>True for message submission (RFC 6409): MAIL without authentication gets 530 5.7.0.</summary>
    public bool RequireAuthentication { get; init; }

    /// <summary>True where whoever connects may speak for another with XCLIENT. A client that a PROXY header names may not.</summary>
    public bool Xclient { get; init; }

    /// <summary>True where the connection begins with a PROXY protocol header, version 1 or 2, which is required then.</summary>
    public bool ProxyHeader { get; init; }

    /// <summary>The longest time ahead that FUTURERELEASE (RFC 4865) may ask for; null where it is not offered.</summary>
    public TimeSpan? FutureRelease { get; init; }

    /// <summary>What only this session offers with XLOOP, so that whoever leads back to it knows; letters and digits. Null where it is not offered.</summary>
    public string? LoopToken { get; init; }

    /// <summary>True where DSN (RFC 3461) is offered: whoever takes mail then answers for what its senders want to know.</summary>
    public bool Dsn { get; init; } = true;

    /// <summary>True where ETRN (RFC 1985) is offered; <see cref="IMailReceiver.OnTurnAsync"/> answers it.</summary>
    public bool Etrn { get; init; }
}
