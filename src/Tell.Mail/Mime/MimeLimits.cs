namespace Tell.Mail;

/// <summary>What a reader goes into at most: whoever sent a message decides how much it asks for. What lies beyond is read as a leaf, or not looked at.</summary>
public sealed record MimeLimits
{
    /// <summary>The limits that a server uses.</summary>
    public static MimeLimits Default { get; } = new();

    /// <summary>How deep entities may lie in one another.</summary>
    public int Depth { get; init; } = 50;

    /// <summary>How many entities a message may have.</summary>
    public int Entities { get; init; } = 10_000;

    /// <summary>The octets of one header.</summary>
    public int HeaderOctets { get; init; } = HeaderBlock.DefaultMaxOctets;

    /// <summary>The problems that are kept; the rest is only counted.</summary>
    public int Problems { get; init; } = 100;
}
