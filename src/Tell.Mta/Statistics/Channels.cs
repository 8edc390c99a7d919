using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mta.Routing;

namespace Tell.Mta.Statistics;

/// <summary>
/// The channels of Tell: the ways in, through and out of the MTA that accounts are kept of (seed 004). Which one a document belongs to is told by the
/// document alone: by its queue, its lane, its form and its envelope.
/// </summary>
public static class Channels
{
    /// <summary>SMTP with other MTAs: the listener for them, and the lanes of domains and fixed hosts in SMTPOBWQ. Two programs, as with Sun's tcp_local.</summary>
    public const string Smtp = "smtp";

    /// <summary>Mail of our users, who have authenticated. Has no queue.</summary>
    public const string Submission = "submission";

    /// <summary>The lanes of LMTP servers in SMTPOBWQ.</summary>
    public const string Lmtp = "lmtp";

    /// <summary>MAIL.BOX: on its way to mail files and Maildirs.</summary>
    public const string Local = "local";

    /// <summary>SMTPIBWQ and SMTP.BOX: what is converted and goes on. Mail that only passes through.</summary>
    public const string Conversion = "conversion";

    /// <summary>The lanes of reports in SMTPOBWQ; and reports that no document stands behind.</summary>
    public const string Reports = "reports";

    /// <summary>Memos of TELL SEND, the .NET API and the pickup folder. Has no queue.</summary>
    public const string Memo = "memo";

    private const string LmtpPrefix = "lmtp:";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } = [Conversion, Lmtp, Local, Memo, Reports, Smtp, Submission];

    /// <summary>The channel in whose queue a document lies.</summary>
    public static string Of(Document document) => Of(document.Queue, document.Destination);

    /// <summary>The channel of a queue and lane.</summary>
    public static string Of(WorkQueue? queue, string lane) => queue switch
    {
        WorkQueue.MailBox => Local,
        WorkQueue.Outbound => OfLane(lane),
        _ => Conversion,
    };

    /// <summary>The channel of a lane of SMTPOBWQ.</summary>
    public static string OfLane(string lane) =>
        ReportLane.Is(lane) ? Reports : lane.StartsWith(LmtpPrefix, StringComparison.Ordinal) ? Lmtp : Smtp;

    /// <summary>The channel that a document which nothing in the store was made into came by.</summary>
    public static string SourceOf(Document document) =>
        Forms.IsReport(document.Form) ? Reports : document.Queue == WorkQueue.Inbound ? OfUser(document.Envelope?.Submission?.User) : Memo;

    /// <summary>The channel of an inbound session: only on a submission listener can anybody authenticate, and nobody sends mail there without.</summary>
    public static string OfUser(string? user) => user is null ? Smtp : Submission;

    /// <summary>What a document counts as in the account of its destination; null where it has none.</summary>
    public static string? DestinationOf(WorkQueue? queue, string lane) => queue == WorkQueue.Outbound ? ReportLane.MailLane(lane) : null;
}
