using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Smtp.Server.Verbs;

/// <summary>HELP, VRFY and EXPN (RFC 5321 4.1.1.6 to 4.1.1.8): nobody learns here which mailboxes exist (7.3).</summary>
internal static class InquiryVerbs
{
    private static readonly EnhancedStatus Success = new(2, 0, 0);

    public static ValueTask Help(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        var one = VerbTable.Find(argument);
        ImmutableArray<Line> lines = one?.IsOffered(session) == true ? [Line.From(one.Usage(session))] : [.. VerbTable.Help(session).Select(Line.From)];
        session.Answer(new Reply(214, Success, lines));
        return default;
    }

    public static ValueTask Verify(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        session.Answer(argument.IsEmpty ? Replies.ArgumentMissing : Replies.CannotVerify);
        return default;
    }

    public static ValueTask Expand(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        session.Answer(Replies.NotImplemented);
        return default;
    }
}
