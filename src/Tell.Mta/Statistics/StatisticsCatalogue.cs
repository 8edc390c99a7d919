namespace Tell.Mta.Statistics;

/// <summary>Every statistic with one sentence: what HELP, the README and the tests go by.</summary>
public static class StatisticsCatalogue
{
    /// <summary>The counters: sums since the store was made or the last SET STATISTICS.</summary>
    public static IReadOnlyDictionary<string, string> Counters { get; } = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [Stat.Received] = "messages accepted by SMTP, each on stable storage before its 250",
        [Stat.ReceivedRecipients] = "recipients of the messages accepted by SMTP",
        [Stat.ReceivedOctets] = "octets of the messages accepted by SMTP, with our Received field",
        [Stat.Submitted] = "Memos handed over by TELL SEND, the .NET API and the pickup folder",
        [Stat.PickedUp] = "files of the pickup folder that were sent",
        [Stat.PickedUpBad] = "files of the pickup folder that could not be sent and lie in its folder bad",
        [Stat.ConvertedInbound] = "documents of SMTPIBWQ converted",
        [Stat.ConvertedOutbound] = "parents of SMTP.BOX converted into children",
        [Stat.Relayed] = "parentless children made of messages for elsewhere",
        [Stat.Filed] = "Memos filed in mail files",
        [Stat.ItemizeErrors] = "Memos filed with something in them that could not be read ($ItemizeError)",
        [Stat.Forwarded] = "times that a Memo was sent on to the forwarding addresses of a person",
        [Stat.Expanded] = "times that a group gave way to its members",
        [Stat.Held] = "Memos held because their recipient is on hold",
        [Stat.OverQuota] = "attempts to file a Memo that found the mail file full",
        [Stat.Attempts] = "attempts to transmit a child, whatever came of them",
        [Stat.Delivered] = "children handed to their next hop",
        [Stat.DeliveredRecipients] = "recipients handed to their next hop",
        [Stat.DeliveredOctets] = "octets of the children handed to their next hop",
        [Stat.Deferred] = "attempts that ended in a temporary failure",
        [Stat.FailedRecipients] = "recipients given up: refused for good, impossible to route, or expired",
        [Stat.Expired] = "recipients given up because SMTPMTA_ExpireAfter had passed",
        [Stat.Reports] = "NonDelivery Reports made",
        [Stat.Dead] = "documents marked dead",
        [Stat.InDoubt] = "transmissions whose final reply never came, so that the peer may have them twice",
        [Stat.Connections] = "inbound connections accepted",
        [Stat.ConnectionsRefused] = "inbound connections turned away by a limit",
        [Stat.AccessRefused] = "connections refused by SMTPMTA_PortAccess, those of clients that a proxy named too",
        [Stat.LimitedSessions] = "refusals because a client network has too many sessions",
        [Stat.LimitedConnections] = "refusals because a client network connects too often",
        [Stat.LimitedErrors] = "refusals because a client network makes too many errors",
        [Stat.LimitedMessages] = "refusals because a client network or user sends too many messages",
        [Stat.LimitedRecipients] = "refusals because a client network or user sends to too many recipients",
        [Stat.LimitedOctets] = "refusals because a client network or user sends too much",
        [Stat.Overloads] = "times that intake slowed or stopped for want of disk space, for slow commits, or for too much waiting mail",
        [Stat.OverloadDelayed] = "messages that had to wait at MAIL in an overload",
        [Stat.OverloadRefused] = "messages refused at MAIL in an overload, or because their SIZE does not fit the disk",
        [Stat.RefusedSenders] = "senders refused because they are not the authenticated user's own",
        [Stat.ConnectionsOutbound] = "outbound connections opened",
        [Stat.TlsSessions] = "outbound sessions over TLS",
        [Stat.TlsVerified] = "outbound sessions over TLS whose peer was verified by DANE or by a trusted root and its name",
        [Stat.TlsClear] = "outbound sessions without TLS",
        [Stat.TlsFailed] = "outbound sessions given up because TLS was required and not offered, or its handshake failed",
        [Stat.TlsReports] = "reports on TLS sessions (TLS-RPT) sent to other domains",
        [Stat.RefusedRecipients] = "recipients refused at RCPT",
        [Stat.RefusedMessages] = "messages refused after their last recipient: too large, no room, a fault of the store",
        [Stat.DrtPolls] = "rounds of the Delivery Report Task",
        [Stat.Housekeepings] = "housekeepings completed",
    };

    /// <summary>The gauges: what is so now. QUEUE stands for SMTPIBWQ, MAIL.BOX, SMTP.BOX and SMTPOBWQ.</summary>
    public static IReadOnlyDictionary<string, string> Gauges { get; } = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["MTA.QUEUE.Pending"] = "documents that wait for their first conversion or transmission",
        ["MTA.SMTPOBWQ.Locked"] = "documents in transmission (WQ_LOCKED_FOR_XMIT)",
        ["MTA.QUEUE.Success"] = "documents done and not yet cleared away; in SMTP.BOX: parents whose children are on their way",
        ["MTA.QUEUE.Failure"] = "documents that wait for another attempt, or for the Delivery Report Task to report them",
        ["MTA.QUEUE.Dead"] = "dead documents",
        ["MTA.QUEUE.Held"] = "held documents",
        ["MTA.Sessions.Inbound"] = "inbound sessions open",
        ["MTA.Sessions.Outbound"] = "outbound sessions open",
        ["MTA.Overload"] = "0 where mail is taken as it comes, 1 where intake is slowed, 2 where mail is refused",
        ["MTA.Destinations"] = "next hops in use",
        ["MTA.Destinations.Down"] = "next hops that could not be reached and wait for another try",
    };
}
