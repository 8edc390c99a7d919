using System.Collections.Immutable;
using System.Globalization;
using Tell.Mail;
using Tell.Smtp.Sasl;
using Tell.Smtp.Server.Verbs;

namespace Tell.Smtp.Server;

/// <summary>The service extensions: what is offered when, and with which parameters, is said here and nowhere else.</summary>
internal static class Extensions
{
    public static readonly Extension Pipelining = new("PIPELINING");
    public static readonly Extension Size = new("SIZE", parameters: session => session.Options.MaxMessageSize.ToString(CultureInfo.InvariantCulture));
    public static readonly Extension EightBitMime = new("8BITMIME");
    public static readonly Extension SmtpUtf8 = new("SMTPUTF8");
    public static readonly Extension Chunking = new("CHUNKING");
    public static readonly Extension BinaryMime = new("BINARYMIME");
    public static readonly Extension Dsn = new("DSN", session => session.Options.Dsn);
    public static readonly Extension MtPriority = new("MT-PRIORITY");
    public static readonly Extension DeliverBy = new("DELIVERBY");
    public static readonly Extension FutureRelease = new("FUTURERELEASE", session => session.Options.FutureRelease > TimeSpan.Zero, FutureReleaseLimits);
    public static readonly Extension StartTls = new("STARTTLS", session => session.Options.Tls is not null && session.Facts.Tls is null);
    public static readonly Extension RequireTls = new("REQUIRETLS", session => session.Facts.Tls is not null);
    public static readonly Extension Limits = new("LIMITS", parameters: LimitsInForce);
    public static readonly Extension Etrn = new("ETRN", session => session.Options.Etrn);
    public static readonly Extension EnhancedStatusCodes = new("ENHANCEDSTATUSCODES");
    public static readonly Extension Auth = new("AUTH", session => Mechanisms(session).Any(), session => string.Join(' ', Mechanisms(session)));
    public static readonly Extension Xclient = new("XCLIENT", session => session.Options.Xclient && !session.IsBehindProxy, _ => XclientVerb.Attributes);
    // Facts: sun-cisco A9: whoever sees its own token in a reply has connected to itself.
    public static readonly Extension Loop = new("XLOOP", session => session.Options.LoopToken is { Length: > 0 }, session => session.Options.LoopToken!);
    public static readonly Extension Help = new("HELP");

    // Not announced: before TLS the verb is known all the same, and says that it needs TLS.
    public static readonly Extension Authentication = new("AUTH", session => session.Options.Authenticator is not null);

    // The order of the reply to EHLO.
    private static readonly ImmutableArray<Extension> Rows =
    [
        Pipelining,
        Size,
        EightBitMime,
        SmtpUtf8,
        Chunking,
        BinaryMime,
        Dsn,
        MtPriority,
        DeliverBy,
        FutureRelease,
        StartTls,
        RequireTls,
        Limits,
        Etrn,
        EnhancedStatusCodes,
        Auth,
        Xclient,
        Loop,
        Help,
    ];

    /// <summary>The lines of the reply to EHLO, as the session stands: our name, and each extension that is offered.</summary>
    public static ImmutableArray<Line> Of(SessionState session)
    {
        var lines = ImmutableArray.CreateBuilder<Line>(1 + Rows.Length);
        lines.Add(Line.From(session.Options.HostName));
        foreach (var row in Rows.AsSpan())
        {
            if (row.IsOffered(session))
                lines.Add(row.Announce(session));
        }
        return lines.DrainToImmutable();
    }

    // RFC 9422 3.2: six digits at most; a limit that is not enforced is not said.
    private static string LimitsInForce(SessionState session)
    {
        const int Largest = 999_999;
        var limits = $"RCPTMAX={Math.Min(session.Options.MaxRecipients, Largest)}";
        return session.Options.MaxMessages > 0 ? $"{limits} MAILMAX={Math.Min(session.Options.MaxMessages, Largest)}" : limits;
    }

    // RFC 4865 3: the longest interval in seconds, and the time at its end.
    private static string FutureReleaseLimits(SessionState session)
    {
        var limit = session.Options.FutureRelease.GetValueOrDefault();
        return $"{(long)limit.TotalSeconds} {session.Clock.GetUtcNow() + limit:yyyy-MM-dd'T'HH:mm:ss'Z'}";
    }

    private static IEnumerable<string> Mechanisms(SessionState session) =>
        session.Options.Authenticator is null ? [] : SaslMechanisms.Offered(session.Facts.Tls, session.Options.AuthWithoutTls);
}
