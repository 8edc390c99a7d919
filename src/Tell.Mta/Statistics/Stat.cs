namespace Tell.Mta.Statistics;

/// <summary>
/// The counters that change in the transaction of the event that they count, so that they are exact and survive a restart. What each
/// means stands in <see cref="StatisticsCatalogue"/>.
/// </summary>
public static class Stat
{
    /// <summary>Messages accepted by SMTP.</summary>
    public const string Received = "MTA.Received";

    /// <summary>Their recipients.</summary>
    public const string ReceivedRecipients = "MTA.Received.Recipients";

    /// <summary>Their octets.</summary>
    public const string ReceivedOctets = "MTA.Received.Octets";

    /// <summary>Memos handed over by TELL SEND, the .NET API and the pickup folder.</summary>
    public const string Submitted = "MTA.Submitted";

    /// <summary>Their recipients.</summary>
    public const string SubmittedRecipients = "MTA.Submitted.Recipients";

    /// <summary>Files of the pickup folder that were sent.</summary>
    public const string PickedUp = "MTA.Pickup.Files";

    /// <summary>Files of the pickup folder that could not be sent.</summary>
    public const string PickedUpBad = "MTA.Pickup.Bad";

    /// <summary>Inbound documents converted.</summary>
    public const string ConvertedInbound = "MTA.Converted.Inbound";

    /// <summary>Parents converted.</summary>
    public const string ConvertedOutbound = "MTA.Converted.Outbound";

    /// <summary>Children made of relayed messages.</summary>
    public const string Relayed = "MTA.Relayed";

    /// <summary>Memos filed in mail files.</summary>
    public const string Filed = "MTA.Filed";

    /// <summary>Filed Memos with something that could not be read.</summary>
    public const string ItemizeErrors = "MTA.ItemizeErrors";

    /// <summary>Forwardings.</summary>
    public const string Forwarded = "MTA.Forwarded";

    /// <summary>Groups opened.</summary>
    public const string Expanded = "MTA.Expanded";

    /// <summary>Memos held.</summary>
    public const string Held = "MTA.Held";

    /// <summary>Memos that found a mail file full.</summary>
    public const string OverQuota = "MTA.OverQuota";

    /// <summary>Attempts to transmit a child.</summary>
    public const string Attempts = "MTA.Attempts";

    /// <summary>Children handed to their next hop.</summary>
    public const string Delivered = "MTA.Delivered";

    /// <summary>Recipients handed to their next hop.</summary>
    public const string DeliveredRecipients = "MTA.Delivered.Recipients";

    /// <summary>Octets of the children handed over.</summary>
    public const string DeliveredOctets = "MTA.Delivered.Octets";

    /// <summary>Temporary failures.</summary>
    public const string Deferred = "MTA.Deferred";

    /// <summary>Recipients given up.</summary>
    public const string FailedRecipients = "MTA.Failed.Recipients";

    /// <summary>Of them, for age.</summary>
    public const string Expired = "MTA.Expired.Recipients";

    /// <summary>Delivery Reports made.</summary>
    public const string DeliveryReports = "MTA.Reports.Delivery";

    /// <summary>Delay Reports made.</summary>
    public const string DelayReports = "MTA.Reports.Delay";

    /// <summary>Trace Reports made.</summary>
    public const string TraceReports = "MTA.Reports.Trace";

    /// <summary>Recipients given up of whom nobody is told, because their sender wants it so.</summary>
    public const string SuppressedRecipients = "MTA.Reports.Suppressed";

    /// <summary>Reports that wait because their addressee has had many.</summary>
    public const string ReportsDelayed = "MTA.Reports.Delayed";

    /// <summary>Return receipts sent.</summary>
    public const string Receipts = "MTA.Receipts";

    /// <summary>Messages held because they go in circles.</summary>
    public const string Loops = "MTA.Loops";

    /// <summary>Messages that a client sent again and that we had.</summary>
    public const string Duplicates = "MTA.Duplicates";

    /// <summary>Dead documents tried again by themselves.</summary>
    public const string DeadRetried = "MTA.Dead.Retried";

    /// <summary>Dead and held documents that operators released.</summary>
    public const string Released = "MTA.Released";

    /// <summary>Recipients that operators removed.</summary>
    public const string RemovedRecipients = "MTA.Removed.Recipients";

    /// <summary>Transmissions in doubt that are held.</summary>
    public const string InDoubtHeld = "MTA.InDoubt.Held";

    /// <summary>Transmissions in doubt that are taken to be there.</summary>
    public const string InDoubtAssumed = "MTA.InDoubt.Assumed";

    /// <summary>Recipients delivered after an attempt in doubt.</summary>
    public const string InDoubtRepeated = "MTA.InDoubt.Repeated";

    /// <summary>NonDelivery Reports made.</summary>
    public const string Reports = "MTA.Reports";

    /// <summary>Documents marked dead.</summary>
    public const string Dead = "MTA.Dead";

    /// <summary>Transmissions whose final reply never came.</summary>
    public const string InDoubt = "MTA.InDoubt";

    /// <summary>Inbound connections accepted.</summary>
    public const string Connections = "MTA.Connections.Inbound";

    /// <summary>Connections refused by SMTPMTA_PortAccess.</summary>
    public const string AccessRefused = "MTA.Access.Refused";

    /// <summary>Refusals for too many sessions at a time.</summary>
    public const string LimitedSessions = "MTA.Limited.Sessions";

    /// <summary>Refusals for too many connections in a minute.</summary>
    public const string LimitedConnections = "MTA.Limited.Connections";

    /// <summary>Refusals for too many errors.</summary>
    public const string LimitedErrors = "MTA.Limited.Errors";

    /// <summary>Refusals for too many messages.</summary>
    public const string LimitedMessages = "MTA.Limited.Messages";

    /// <summary>Refusals for too many recipients.</summary>
    public const string LimitedRecipients = "MTA.Limited.Recipients";

    /// <summary>Refusals for too many octets.</summary>
    public const string LimitedOctets = "MTA.Limited.Octets";

    /// <summary>Overloads.</summary>
    public const string Overloads = "MTA.Overloads";

    /// <summary>Messages that had to wait at MAIL.</summary>
    public const string OverloadDelayed = "MTA.Overload.Delayed";

    /// <summary>Messages refused at MAIL.</summary>
    public const string OverloadRefused = "MTA.Overload.Refused";

    /// <summary>Senders refused because they are not the user's own.</summary>
    public const string RefusedSenders = "MTA.Refused.Senders";

    /// <summary>Inbound connections turned away.</summary>
    public const string ConnectionsRefused = "MTA.Connections.Refused";

    /// <summary>Outbound connections opened.</summary>
    public const string ConnectionsOutbound = "MTA.Connections.Outbound";

    /// <summary>Outbound sessions over TLS.</summary>
    public const string TlsSessions = "MTA.Tls.Outbound.Sessions";

    /// <summary>Of them, those whose peer was verified.</summary>
    public const string TlsVerified = "MTA.Tls.Outbound.Verified";

    /// <summary>Outbound sessions in the clear.</summary>
    public const string TlsClear = "MTA.Tls.Outbound.Clear";

    /// <summary>Outbound sessions that ended with STARTTLS or the handshake.</summary>
    public const string TlsFailed = "MTA.Tls.Outbound.Failed";

    /// <summary>TLS reports sent.</summary>
    public const string TlsReports = "MTA.Tls.Reports";

    /// <summary>Recipients refused at RCPT.</summary>
    public const string RefusedRecipients = "MTA.Refused.Recipients";

    /// <summary>Messages refused after RCPT.</summary>
    public const string RefusedMessages = "MTA.Refused.Messages";

    /// <summary>Polls of the Delivery Report Task.</summary>
    public const string DrtPolls = "MTA.DRT.Polls";

    /// <summary>Housekeepings done.</summary>
    public const string Housekeepings = "MTA.Housekeepings";
}
