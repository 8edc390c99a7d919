namespace Tell.Mail;

/// <summary>How the octets of an entity are written (RFC 2045 6).</summary>
public enum TransferEncoding : byte
{
    /// <summary>US-ASCII lines; also where nothing is said.</summary>
    SevenBit,

    /// <summary>Lines of any octets.</summary>
    EightBit,

    /// <summary>Any octets.</summary>
    Binary,

    /// <summary>Quoted-printable.</summary>
    QuotedPrintable,

    /// <summary>Base64.</summary>
    Base64,

    /// <summary>"x-uuencode" and its other spellings: not of the RFC, but seen.</summary>
    Uuencode,

    /// <summary>Something else: the octets are given as they are.</summary>
    Unknown,
}
