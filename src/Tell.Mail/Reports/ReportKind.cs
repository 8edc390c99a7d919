namespace Tell.Mail;

/// <summary>What a report is about, and with it its subject and its introduction.</summary>
public enum ReportKind : byte
{
    /// <summary>Somebody did not get the message and will not.</summary>
    Failure,

    /// <summary>It is late and still tried.</summary>
    Delay,

    /// <summary>It was delivered, handed on, or went to the members of a group.</summary>
    Delivery,

    /// <summary>The way that it took.</summary>
    Trace,

    /// <summary>It was opened (RFC 8098).</summary>
    Receipt,
}
