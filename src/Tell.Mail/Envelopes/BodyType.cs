namespace Tell.Mail;

/// <summary>The BODY parameter of MAIL (RFC 6152, RFC 3030).</summary>
public enum BodyType : byte
{
    /// <summary>Not said, or 7BIT.</summary>
    SevenBit,

    /// <summary>8BITMIME: lines, with octets above 127.</summary>
    EightBitMime,

    /// <summary>BINARYMIME: no lines; only by BDAT.</summary>
    BinaryMime,
}
