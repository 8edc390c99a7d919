namespace Tell.Commands;

/// <summary>The tasks that START and STOP are about (facts: lotus 3.1).</summary>
public enum TaskSelection : byte
{
    /// <summary>All but the Add-In Controller.</summary>
    All,

    /// <summary>Both inbound tasks.</summary>
    Inbound,

    /// <summary>The Inbound Session Controller.</summary>
    InboundTransport,

    /// <summary>The Inbound Conversion Handler.</summary>
    InboundConversion,

    /// <summary>Both outbound tasks.</summary>
    Outbound,

    /// <summary>The Outbound Session Controller.</summary>
    OutboundTransport,

    /// <summary>The Outbound Conversion Handler.</summary>
    OutboundConversion,

    /// <summary>The Delivery Report Task.</summary>
    DrTask,
}
