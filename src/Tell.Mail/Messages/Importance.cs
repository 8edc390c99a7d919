namespace Tell.Mail;

/// <summary>How important the author finds a message (RFC 2156 5.3.4).</summary>
public enum Importance : byte
{
    /// <summary>As any other.</summary>
    Normal,

    /// <summary>High.</summary>
    High,

    /// <summary>Low.</summary>
    Low,
}
