namespace Tell.Mail;

/// <summary>The NOTIFY parameter of RCPT (RFC 3461 4.1). None set: not said, which means failures and, where it helps, delays.</summary>
[Flags]
public enum Notify : byte
{
    /// <summary>Not said.</summary>
    Unspecified = 0,

    /// <summary>Report nothing; stands alone.</summary>
    Never = 1,

    /// <summary>Report success.</summary>
    Success = 2,

    /// <summary>Report failure.</summary>
    Failure = 4,

    /// <summary>Report delay.</summary>
    Delay = 8,
}
