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

    /// <summary>The UNID of the document that a report is about (gateway correlation, facts: lotus 1.3).</summary>
    public const string Correlation = "$Correlation";

    /// <summary>The envelope sender of a filed message.</summary>
    public const string Originator = "SMTPOriginator";
}
