using System.Collections.Immutable;
using System.Text;
using Tell.Smtp.Server.Parameters;
using Tell.Smtp.Server.Verbs;

namespace Tell.Smtp.Server;

/// <summary>
/// The commands of a session: what is legal when is said here and nowhere else. A command that is out of order never reaches its handler.
/// </summary>
internal static class VerbTable
{
    private static readonly ImmutableArray<Verb> Rows =
    [
        new("MAIL", Phases.Ready, MailVerb.Handle, "MAIL FROM:<address>", Parameters: MailParameters.Table.Syntax),
        new("RCPT", Phases.Transaction, RecipientVerb.Handle, "RCPT TO:<address>", Parameters: RecipientParameters.Table.Syntax),
        new("DATA", Phases.Transaction, DataVerb.Handle, "DATA"),
        new("BDAT", Phases.Any, ChunkVerb.Handle, "BDAT size [LAST]", Extensions.Chunking),
        new("STARTTLS", Phases.Ready, StartTlsVerb.Handle, "STARTTLS"),
        new("EHLO", Phases.Any, HelloVerbs.Extended, "EHLO name"),
        new("HELO", Phases.Any, HelloVerbs.Plain, "HELO name"),
        new("AUTH", Phases.Ready, AuthVerb.Handle, "AUTH mechanism [initial-response]", Extensions.Authentication),
        new("XCLIENT", Phases.Greeted | Phases.Ready, XclientVerb.Handle, "XCLIENT name=value ...", Extensions.Xclient),
        new("RSET", Phases.Any, SessionVerbs.Reset, "RSET"),
        new("NOOP", Phases.Any, SessionVerbs.Nothing, "NOOP [text]"),
        new("QUIT", Phases.Any, SessionVerbs.Quit, "QUIT"),
        new("HELP", Phases.Any, InquiryVerbs.Help, "HELP [command]"),
        new("ETRN", Phases.Ready, TurnVerb.Handle, "ETRN domain|@domain", Extensions.Etrn),
        new("VRFY", Phases.Any, InquiryVerbs.Verify, "VRFY name"),
        new("EXPN", Phases.Any, InquiryVerbs.Expand, "EXPN (not here)"),
    ];

    /// <summary>The syntax of every command that is offered, in the order of the table.</summary>
    public static IEnumerable<string> Help(SessionState session) => Rows.Where(row => row.IsOffered(session)).Select(row => row.Usage(session));

    /// <summary>The row of a verb in either case; null where there is none.</summary>
    public static Verb? Find(ReadOnlySpan<byte> name)
    {
        foreach (var row in Rows.AsSpan())
        {
            if (Ascii.EqualsIgnoreCase(name, row.Name))
                return row;
        }
        return null;
    }

    /// <summary>Why a verb is not legal in a phase (RFC 5321 4.1.4).</summary>
    public static CannedReply OutOfOrder(Phases phase) => phase switch
    {
        Phases.Greeted => Replies.SayHello,
        Phases.Ready => Replies.SayMail,
        Phases.Chunks => Replies.InChunks,
        _ => Replies.InTransaction,
    };
}
