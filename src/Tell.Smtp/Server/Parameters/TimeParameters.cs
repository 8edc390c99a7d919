using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Tell.Smtp.Server.Parameters;

/// <summary>BY (RFC 2852), HOLDFOR and HOLDUNTIL (RFC 4865) of MAIL. Times become absolute when they are read.</summary>
internal static class TimeParameters
{
    // Both RFCs give seconds nine digits.
    private const int MostDigits = 9;

    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    // RFC 2852 4: by-time ";" by-mode [by-trace]. A message that is to be returned needs some time; a notice may be due already.
    public static CannedReply? DeliverBy(SessionState session, ReadOnlySpan<byte> value, ref MailOptions options)
    {
        var semicolon = value.IndexOf((byte)';');
        if (semicolon < 1)
            return Replies.ParameterSyntax;
        var time = value[..semicolon];
        var mode = value[(semicolon + 1)..];
        var negative = time[0] == '-';
        if (!TrySeconds(negative || time[0] == '+' ? time[1..] : time, out var seconds))
            return Replies.ParameterSyntax;
        // "T" asks for a trace: a report when a relay hands the message on.
        var trace = mode is [_, (byte)'T' or (byte)'t'];
        if (trace)
            mode = mode[..1];
        var returns = Ascii.EqualsIgnoreCase(mode, "R"u8);
        if ((!returns && !Ascii.EqualsIgnoreCase(mode, "N"u8)) || (returns && (negative || seconds == 0)))
            return Replies.ParameterSyntax;
        options.DeliverBy = session.Clock.GetUtcNow().AddSeconds(negative ? -seconds : seconds);
        options.DeliverByReturns = returns;
        options.DeliverByTrace = trace;
        return null;
    }

    public static CannedReply? HoldFor(SessionState session, ReadOnlySpan<byte> value, ref MailOptions options)
    {
        if (value is [(byte)'0', ..] || !TrySeconds(value, out var seconds))
            return Replies.ParameterSyntax;
        return Hold(session, session.Clock.GetUtcNow().AddSeconds(seconds), ref options);
    }

    // A time that has passed is no fault: the message may go at once.
    public static CannedReply? HoldUntil(SessionState session, ReadOnlySpan<byte> value, ref MailOptions options)
    {
        Span<char> text = stackalloc char[32];
        if (value.Length > text.Length || !Ascii.IsValid(value))
            return Replies.ParameterSyntax;
        text = text[..Encoding.ASCII.GetChars(value, text)];
        return DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Hold(session, time, ref options)
            : Replies.ParameterSyntax;
    }

    // RFC 4865 4: one of the two, and not beyond what EHLO said.
    private static CannedReply? Hold(SessionState session, DateTimeOffset until, ref MailOptions options)
    {
        if (options.NotBefore is not null)
            return Replies.ParameterSyntax;
        if (until - session.Clock.GetUtcNow() > session.Options.FutureRelease)
            return Replies.TooFarAhead;
        options.NotBefore = until;
        return null;
    }

    private static bool TrySeconds(ReadOnlySpan<byte> digits, out int seconds)
    {
        seconds = 0;
        return digits.Length is > 0 and <= MostDigits
            && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && Utf8Parser.TryParse(digits, out seconds, out _);
    }
}
