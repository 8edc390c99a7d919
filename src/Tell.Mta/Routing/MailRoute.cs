using System.Diagnostics.CodeAnalysis;
using System.Net;
using Tell.Mail;
using Tell.Mta.Configuration;

namespace Tell.Mta.Routing;

/// <summary>Where mail goes in place of a mail file: to an LMTP server (RFC 2033), "lmtp:host:port" or "lmtp:/path/of/socket", or into a Maildir, "maildir:/path".</summary>
public sealed record MailRoute
{
    private const string Lmtp = "lmtp:", MaildirScheme = "maildir:";

    private MailRoute(string text) => Text = text;

    /// <summary>As it is written; for LMTP the lane of its mail in SMTPOBWQ, which no domain can be.</summary>
    public string Text { get; }

    /// <summary>The LMTP server on the network; null for another route.</summary>
    public HostPort? Host { get; private init; }

    /// <summary>The socket of an LMTP server on this machine; null for another route.</summary>
    public string? Socket { get; private init; }

    /// <summary>The folder of the Maildir; null for another route.</summary>
    public string? Maildir { get; private init; }

    /// <summary>True for LMTP.</summary>
    public bool IsLmtp => Maildir is null;

    /// <summary>Reads a route; paths are absolute.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out MailRoute? route)
    {
        route = null;
        text = text.Trim();
        if (!Line.TryCreate(text, out _))
            return false;
        if (text.StartsWith(MaildirScheme, StringComparison.OrdinalIgnoreCase) && Path.IsPathFullyQualified(text[MaildirScheme.Length..]))
            route = new MailRoute(MaildirScheme + text[MaildirScheme.Length..]) { Maildir = text[MaildirScheme.Length..] };
        else if (text.StartsWith(Lmtp, StringComparison.OrdinalIgnoreCase) && Path.IsPathFullyQualified(text[Lmtp.Length..]))
            route = new MailRoute(Lmtp + text[Lmtp.Length..]) { Socket = text[Lmtp.Length..] };
        else if (text.StartsWith(Lmtp, StringComparison.OrdinalIgnoreCase) && HostPort.TryParse(text.AsSpan(Lmtp.Length), 24, out var host))
            route = new MailRoute(Lmtp + host) { Host = host };
        return route is not null;
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => Text;
}
