namespace Tell.Documents;

/// <summary>The names of the forms.</summary>
public static class Forms
{
    /// <summary>A message as people and applications see it.</summary>
    public const string Memo = "Memo";

    /// <summary>A message in Internet form: what SMTPIBWQ and SMTPOBWQ hold.</summary>
    public const string Message = "SMTPMessage";

    /// <summary>A report that something was not delivered. Never answered with a report.</summary>
    public const string NonDeliveryReport = "NonDelivery Report";

    /// <summary>A report that something was delivered, handed on, or went to the members of a group. Never answered with a report.</summary>
    public const string DeliveryReport = "Delivery Report";

    /// <summary>A report that something is late and still tried. Never answered with a report; the name is Tell's own.</summary>
    public const string DelayReport = "Delay Report";

    /// <summary>A report of the way that something took. Never answered with a report.</summary>
    public const string TraceReport = "Trace Report";

    /// <summary>That somebody has opened a message (RFC 8098). Never answered with a report.</summary>
    public const string ReturnReceipt = "Return Receipt";

    /// <summary>How long mail is tried, how often, and who is told (facts: sun-cisco C5).</summary>
    public const string BounceProfile = "Bounce Profile";

    /// <summary>True for what is never answered with a report.</summary>
    public static bool IsReport(string form) => form is NonDeliveryReport or DeliveryReport or DelayReport or TraceReport or ReturnReceipt or TlsReport;

    /// <summary>A person of the address book.</summary>
    public const string Person = "Person";

    /// <summary>Names that are meant together: a mailing list.</summary>
    public const string Group = "Group";

    /// <summary>An MTA of ours.</summary>
    public const string Server = "Server";

    /// <summary>The Internet domains of an organisation, and how addresses in them are made.</summary>
    public const string GlobalDomain = "Global Domain";

    /// <summary>Which Connection carries the mail for domains that are not ours.</summary>
    public const string ForeignSmtpDomain = "Foreign SMTP Domain";

    /// <summary>A database that gets mail and is no person's.</summary>
    public const string MailInDatabase = "Mail-In Database";

    /// <summary>A report on TLS sessions to another domain (RFC 8460). Never answered with a report, and not kept when it fails.</summary>
    public const string TlsReport = "TLS Report";

    /// <summary>The MTA-STS policy of a domain (RFC 8461).</summary>
    public const string StsPolicy = "MTA-STS Policy";

    /// <summary>How and when mail for some domains leaves.</summary>
    public const string Connection = "Connection";

    /// <summary>In a mail file: since when it has no room, and when its user was last told. No mail.</summary>
    public const string QuotaState = "Quota State";

    /// <summary>What a destination may get at a time: a row of the destination controls.</summary>
    public const string DestinationControl = "Destination Control";
}
