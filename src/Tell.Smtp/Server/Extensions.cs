using System.Collections.Immutable;
using System.Globalization;
using Tell.Mail;

namespace Tell.Smtp.Server;

/// <summary>The service extensions: what is offered when, and with which parameters, is said here and nowhere else.</summary>
internal static class Extensions
{
    public static readonly Extension Pipelining = new("PIPELINING");
    public static readonly Extension Size = new("SIZE", parameters: session => session.Options.MaxMessageSize.ToString(CultureInfo.InvariantCulture));
    public static readonly Extension EightBitMime = new("8BITMIME");
    public static readonly Extension SmtpUtf8 = new("SMTPUTF8");
    public static readonly Extension EnhancedStatusCodes = new("ENHANCEDSTATUSCODES");
    public static readonly Extension Help = new("HELP");

    // The order of the reply to EHLO.
    private static readonly ImmutableArray<Extension> Rows =
    [
        Pipelining,
        Size,
        EightBitMime,
        SmtpUtf8,
        EnhancedStatusCodes,
        Help,
    ];

    /// <summary>The lines of the reply to EHLO behind the first, as the session stands.</summary>
    public static IEnumerable<Line> Of(SessionState session) =>
        Rows.Where(row => row.IsOffered(session)).Select(row => Line.From(row.Announce(session)));
}
