namespace Tell.Mta;

/// <summary>The names of mail items (facts: lotus 1.3).</summary>
public static class ItemNames
{
    /// <summary>The author.</summary>
    public const string From = "From";

    /// <summary>The recipients, the copies and the blind copies.</summary>
    public const string SendTo = "SendTo", CopyTo = "CopyTo", BlindCopyTo = "BlindCopyTo";

    /// <summary>The subject.</summary>
    public const string Subject = "Subject";

    /// <summary>When it was posted.</summary>
    public const string PostedDate = "PostedDate";

    /// <summary>When it was filed in the mail file.</summary>
    public const string DeliveredDate = "DeliveredDate";

    /// <summary>How urgent it is: H, N or L (facts: lotus 7.4).</summary>
    public const string DeliveryPriority = "DeliveryPriority";

    /// <summary>The text.</summary>
    public const string Body = "Body";

    /// <summary>An attached file.</summary>
    public const string File = "$FILE";

    /// <summary>The Message-ID.</summary>
    public const string MessageId = "$MessageID";

    /// <summary>For whom it was filed.</summary>
    public const string Recipients = "Recipients";

    /// <summary>In a report: whom it did not reach, and why.</summary>
    public const string IntendedRecipient = "IntendedRecipient", FailureReason = "FailureReason";

    /// <summary>On whose behalf the author wrote (facts: lotus 6.4), and where answers go.</summary>
    public const string Principal = "Principal", ReplyTo = "$INetReplyTo";

    /// <summary>How important the author finds it: 1 high, 2 normal, 3 low. Says nothing about routing (facts: lotus 7.3).</summary>
    public const string Importance = "Importance";

    /// <summary>"1" where the author wants to know that it was read; what is to be told of its delivery: N, B, C or T (facts: lotus 7.3).</summary>
    public const string ReturnReceipt = "ReturnReceipt", DeliveryReport = "DeliveryReport";

    /// <summary>The message that it answers, and the thread, oldest first.</summary>
    public const string InReplyTo = "In_Reply_To", References = "References";

    /// <summary>The Content-ID of an attachment that the HTML shows: one value for each attachment, in their order, "" for a file of its own.</summary>
    public const string ContentIds = "$ContentIDs";

    /// <summary>What of a received message could not be read, one line each (facts: lotus 1.3); absent where all could.</summary>
    public const string ItemizeError = "$ItemizeError";

    /// <summary>The charsets of the text and of the header of a received message (facts: lotus 1.3).</summary>
    public const string MailCharset = "MIMEMailCharset", HeaderCharset = "MIMEMailHeaderCharset";

    /// <summary>The address fields of a received message as they stand in its header (facts: lotus 1.3).</summary>
    public const string INetFrom = "INetFrom", INetSendTo = "INetSendTo", INetCopyTo = "INetCopyTo", INetBlindCopyTo = "INetBlindCopyTo";

    /// <summary>The program that wrote a received message: X-Mailer or User-Agent (facts: lotus 1.3).</summary>
    public const string Mailer = "$Mailer";

    /// <summary>How often a Memo may still be sent on (facts: lotus 1.3).</summary>
    public const string Loops = "$Loops";

    /// <summary>The UNID of the document that a report is about (gateway correlation, facts: lotus 1.3).</summary>
    public const string Correlation = "$Correlation";

    /// <summary>In a report of the way of a message: the servers that had it, and when, oldest first (facts: lotus 1.3).</summary>
    public const string RouteServers = "RouteServers", RouteTimes = "RouteTimes";

    /// <summary>The envelope sender of a filed message.</summary>
    public const string Originator = "SMTPOriginator";

    /// <summary>The UNID, as four numbers, of the Memo that this one is a part of: in mail files it counts as that one.</summary>
    public const string Origin = "$Origin";

    /// <summary>By which groups and users a Memo in MAIL.BOX came to its recipients.</summary>
    public const string Hops = "$Hops";

    /// <summary>By which addresses a filed message came to its mail file, the last first; absent where the sender wrote to its user.</summary>
    public const string DeliveredTo = "$DeliveredTo";

    /// <summary>In a report: the form of what it is about, before it became this report (facts: lotus 1.3).</summary>
    public const string MailSavedForm = "MailSavedForm";

    /// <summary>In a report: what it says, "0" failed, "1" delayed, "2" delivered, "3" relayed, "4" expanded, one value for each recipient (facts: lotus 1.3).</summary>
    public const string DsnType = "SMTPDSNType", DsnRecipients = "SMTPDSNRecipients";

    /// <summary>In a report, for each recipient: the status, why, and when (facts: lotus 1.3).</summary>
    public const string DsnStatus = "SMTPDSNDeliveryStatus", DsnReason = "SMTPDSNDeliveryReason", DsnDate = "SMTPDSNDate";

    /// <summary>In a report: ENVID (facts: lotus 1.3).</summary>
    public const string EnvelopeId = "SMTPEnvid";

    /// <summary>In a confirmation: when it was delivered (facts: lotus 1.3).</summary>
    public const string DeliveryDate = "DeliveryDate";

    /// <summary>In a filed message: when a return receipt was sent for it, and the UNID of that receipt, or of one that was begun. There is never a second one.</summary>
    public const string ReceiptSent = "$ReceiptSent", ReceiptId = "$ReceiptId";
}
