namespace Tell.Mail;

/// <summary>The DeliveryPriority of a Memo (facts: lotus 7.4).</summary>
public enum Priority : byte
{
    /// <summary>"N".</summary>
    Normal,

    /// <summary>"H": before all others.</summary>
    High,

    /// <summary>"L": only in the low-priority window.</summary>
    Low,
}
