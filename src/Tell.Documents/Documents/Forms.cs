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

    /// <summary>A person of the address book.</summary>
    public const string Person = "Person";

    /// <summary>How and when mail for some domains leaves.</summary>
    public const string Connection = "Connection";

    /// <summary>What a destination may get at a time: a row of the destination controls.</summary>
    public const string DestinationControl = "Destination Control";
}
