using Tell.Mail;

namespace Tell.Smtp.Server;

/// <summary>A row of the extension table: a service extension (RFC 5321 2.2), its keyword in the reply to EHLO, and when it is offered.</summary>
internal sealed class Extension(string keyword, Func<SessionState, bool>? offered = null, Func<SessionState, string>? parameters = null)
{
    private readonly Line _alone = Line.From(keyword);

    /// <summary>True where the session offers it as things stand. Its commands are 502 and its parameters 555 otherwise.</summary>
    public bool IsOffered(SessionState session) => offered is null || offered(session);

    /// <summary>Its line in the reply to EHLO.</summary>
    public Line Announce(SessionState session) => parameters?.Invoke(session) is { Length: > 0 } words ? Line.From($"{keyword} {words}") : _alone;
}
