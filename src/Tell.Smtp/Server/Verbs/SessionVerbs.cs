namespace Tell.Smtp.Server.Verbs;

/// <summary>RSET, NOOP and QUIT (RFC 5321 4.1.1.5, 4.1.1.9, 4.1.1.10).</summary>
internal static class SessionVerbs
{
    public static ValueTask Reset(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        if (argument.IsEmpty)
            session.Mail = null;
        session.Answer(argument.IsEmpty ? Replies.Reset : Replies.NoArgument);
        return default;
    }

    public static ValueTask Nothing(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        session.Answer(Replies.Ok);
        return default;
    }

    public static ValueTask Quit(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        if (argument.IsEmpty)
            session.End = SessionEnd.Quit;
        session.Answer(argument.IsEmpty ? Replies.Bye : Replies.NoArgument);
        return default;
    }
}
