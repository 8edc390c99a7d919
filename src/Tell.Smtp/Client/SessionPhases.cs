using System.Globalization;

namespace Tell.Smtp.Client;

/// <summary>The table of the phases of a client session (RFC 5321 4.5.3.2).</summary>
public static class SessionPhases
{
    // Connecting has no limit of its own here: who connects brings it.
    private static readonly PhaseRow[] Rows =
    [
        new(SessionPhase.Connect, "connecting", "no connection", options => options.GreetingTimeout),
        new(SessionPhase.Greeting, "greeting", "no greeting", options => options.GreetingTimeout),
        new(SessionPhase.Hello, "EHLO", "no reply to EHLO", options => options.CommandTimeout),
        new(SessionPhase.StartTls, "STARTTLS", "no reply to STARTTLS", options => options.CommandTimeout),
        new(SessionPhase.Handshake, "TLS handshake", "no end of the TLS handshake", options => options.CommandTimeout),
        new(SessionPhase.Authentication, "AUTH", "no reply to AUTH", options => options.CommandTimeout),
        new(SessionPhase.Mail, "MAIL", "no reply to MAIL", options => options.CommandTimeout),
        new(SessionPhase.Recipient, "RCPT", "no reply to RCPT", options => options.CommandTimeout),
        new(SessionPhase.Data, "DATA", "no reply to DATA", options => options.DataTimeout),
        new(SessionPhase.Body, "body", "the peer took nothing of the body", options => options.BlockTimeout),
        // RFC 3030 gives none; a chunk is a block of data as 4.5.3.2.5 means it.
        new(SessionPhase.Chunk, "BDAT", "no reply to BDAT", options => options.BlockTimeout),
        new(SessionPhase.EndOfData, "end of data", "no reply to the end of data", options => options.EndOfDataTimeout),
        new(SessionPhase.Reset, "RSET", "no reply to RSET", options => options.CommandTimeout),
        new(SessionPhase.Quit, "QUIT", "no reply to QUIT", options => options.QuitTimeout),
    ];

    /// <summary>The phase in words for a history or the log: "connecting", "greeting", "MAIL", "end of data".</summary>
    public static string Words(this SessionPhase phase) => Rows[(int)phase].Words;

    internal static TimeSpan Limit(this SessionPhase phase, ClientOptions options) => Rows[(int)phase].Limit(options);

    /// <summary>"no reply to MAIL within 5 minutes".</summary>
    internal static string Silence(this SessionPhase phase, ClientOptions options)
    {
        var limit = phase.Limit(options);
        var (count, unit) = limit.TotalMinutes >= 1 && limit.Ticks % TimeSpan.TicksPerMinute == 0 ? (limit.TotalMinutes, "minute") : (limit.TotalSeconds, "second");
        return string.Create(CultureInfo.InvariantCulture, $"{(options.Lmtp && phase == SessionPhase.Hello ? "no reply to LHLO" : Rows[(int)phase].Silence)} within {count:0.###} {unit}{(count == 1 ? "" : "s")}");
    }
}
