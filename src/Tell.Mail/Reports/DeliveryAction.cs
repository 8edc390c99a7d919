namespace Tell.Mail;

/// <summary>What a report says was done for a recipient (RFC 3464 2.3.3).</summary>
public enum DeliveryAction : byte
{
    /// <summary>Given up.</summary>
    Failed,

    /// <summary>Not yet; it is still being tried.</summary>
    Delayed,

    /// <summary>Delivered.</summary>
    Delivered,

    /// <summary>Handed to a host that does not report.</summary>
    Relayed,

    /// <summary>Delivered to a group, whose members are not reported.</summary>
    Expanded,
}
