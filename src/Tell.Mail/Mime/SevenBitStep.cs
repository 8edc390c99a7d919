namespace Tell.Mail;

/// <summary>What becomes of one entity in a message that is made 7bit.</summary>
internal enum SevenBitStep : byte
{
    /// <summary>Nothing: its octets go as they are.</summary>
    AsIs,

    /// <summary>It is declared as more than it is, and is declared 7bit.</summary>
    Declared,

    /// <summary>It is encoded as quoted-printable.</summary>
    QuotedPrintable,

    /// <summary>It is encoded as base64.</summary>
    Base64,
}
