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
        [Stat.SubmittedRecipients] = "recipients of the Memos handed over",
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
        [Stat.Expired] = "recipients given up because their time had passed (SMTPMTA_ExpireAfter, expire_after, DELIVERBY)",
        [Stat.Reports] = "NonDelivery Reports made",
        [Stat.DeliveryReports] = "Delivery Reports made: delivered, handed on, or gone to the members of a group",
        [Stat.DelayReports] = "Delay Reports made",
        [Stat.TraceReports] = "Trace Reports made",
        [Stat.SuppressedRecipients] = "recipients given up of whom nobody is told, because their sender wants it so (NOTIFY)",
        [Stat.ReportsDelayed] = "reports that wait because their addressee has had SMTPMTA_ReportsPerRecipient",
        [Stat.Receipts] = "return receipts sent",
        [Stat.Loops] = "messages held because they go in circles",
        [Stat.Duplicates] = "messages that a client sent again, because it did not hear our reply, and that we had",
        [Stat.DeadRetried] = "times that a dead document was tried again by itself (SMTPMTA_DeadRetries)",
        [Stat.Released] = "dead and held documents that operators released",
        [Stat.RemovedRecipients] = "recipients that operators removed by deleting a document or editing its envelope",
        [Stat.InDoubtHeld] = "transmissions in doubt that are held (SMTPMTA_InDoubt)",
        [Stat.InDoubtAssumed] = "transmissions in doubt that are taken to be there (SMTPMTA_InDoubt)",
        [Stat.InDoubtRepeated] = "recipients delivered after an attempt in doubt, who may have the message twice",
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
        [Stat.RefusedRecipients] = "recipients refused at RCPT: not known here, or not for us to relay to",
        [Stat.RefusedMessages] = "messages refused after their last recipient: too large, not what SMTP allows, no room, a fault of the store",
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
        ["MTA.Rate.Received.1m"] = "messages accepted in the last minute, per hour; .5m and .15m: in the last 5 and 15 minutes",
        ["MTA.Rate.ReceivedRecipients.1m"] = "their recipients, likewise",
        ["MTA.Rate.SoftBounced.1m"] = "attempts that ended in a temporary failure, likewise",
        ["MTA.Rate.Completed.1m"] = "recipients that are done (delivered, given up, removed), likewise",
        ["MTA.Rate.HardBounced.1m"] = "recipients given up, likewise",
        ["MTA.Rate.Delivered.1m"] = "recipients handed to their next hop or filed, likewise",
        ["MTA.QueueTime.CHANNEL.Average"] = "milliseconds that the messages of a channel were in its queue, on average",
        ["MTA.QueueTime.CHANNEL.P50"] = "milliseconds within which half of them were out of it, to within a tenth",
        ["MTA.QueueTime.CHANNEL.P90"] = "the same for 90 of 100",
        ["MTA.QueueTime.CHANNEL.P99"] = "the same for 99 of 100",
        ["MTA.Channel.CHANNEL.Stored.Messages"] = "messages that wait in its queue or are on their way, counted",
        ["MTA.Channel.CHANNEL.Stored.Recipients"] = "their recipients",
        ["MTA.Channel.CHANNEL.Stored.Octets"] = "their octets",
    };

    /// <summary>
    /// The accounts: MTA.Channel.CHANNEL (see <see cref="Statistics.Channels"/>) and MTA.Destination.NAME, which has no Submitted, Rejected and associations of its own. Sums of
    /// events since the store was made or the last SET STATISTICS.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Accounts { get; } = new SortedDictionary<string, string>(
        AccountColumn.All.Select(column => KeyValuePair.Create(column.Name, column.Sentence)).Concat(
        [
            KeyValuePair.Create("Rejected.Messages", "messages refused at its door: at MAIL, or after their last recipient"),
            KeyValuePair.Create("Rejected.Recipients", "recipients refused at its door: at RCPT, or with their message"),
            KeyValuePair.Create("Rejected.Octets", "octets that had come of the messages refused"),
            KeyValuePair.Create("InAssociations", "inbound sessions"),
            KeyValuePair.Create("OutAssociations", "outbound sessions"),
        ]).ToDictionary(),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>What each channel is.</summary>
    public static IReadOnlyDictionary<string, string> Channels { get; } = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [Statistics.Channels.Smtp] = "SMTP with other MTAs: what their listener takes (Submitted, Rejected) and what goes to them (the rest)",
        [Statistics.Channels.Submission] = "mail of users who have authenticated; has no queue",
        [Statistics.Channels.Memo] = "Memos of TELL SEND, the .NET API and the pickup folder; has no queue",
        [Statistics.Channels.Conversion] = "SMTPIBWQ and SMTP.BOX: what is converted and goes on",
        [Statistics.Channels.Local] = "MAIL.BOX: on its way to mail files and Maildirs",
        [Statistics.Channels.Lmtp] = "on its way to LMTP servers",
        [Statistics.Channels.Reports] = "reports on their way to other MTAs",
    };
}
