namespace Tell.Smtp.Server.Verbs;

/// <summary>STARTTLS (RFC 3207).</summary>
internal static class StartTlsVerb
{
    /// <summary>True where EHLO offers it (RFC 3207 4.2: not in TLS).</summary>
    public static bool IsOffered(SessionState session) => session.Options.Tls is not null && session.Facts.Tls is null;

    public static ValueTask Handle(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        if (IsOffered(session) && argument.IsEmpty)
            return BeginAsync(session, stop);
        session.Answer(session.Options.Tls is null ? Replies.NotImplemented : argument.IsEmpty ? Replies.TlsAlready : Replies.NoArgument);
        return default;
    }

    private static async ValueTask BeginAsync(SessionState session, CancellationToken stop)
    {
        // RFC 3207 6: what stands behind STARTTLS may be somebody else's, who wants it taken for what the client says in TLS. Nobody who
        // speaks for himself says anything there.
        if (!session.Channel.Unread.IsEmpty)
        {
            session.End = SessionEnd.HandshakeFailed;
            session.Answer(Replies.BehindStartTls);
            return;
        }
        session.Answer(Replies.StartTls);
        if (await session.Channel.FlushAsync())
            await session.SecureAsync(stop);
        else
            session.End = SessionEnd.Vanished;
    }
}
