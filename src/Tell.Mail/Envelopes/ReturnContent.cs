namespace Tell.Mail;

/// <summary>The RET parameter of MAIL (RFC 3461 4.3).</summary>
public enum ReturnContent : byte
{
    /// <summary>Not said.</summary>
    Unspecified,

    /// <summary>The whole message.</summary>
    Full,

    /// <summary>The header only.</summary>
    Headers,
}
