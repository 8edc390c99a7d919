namespace Tell.Mta.Operations;

/// <summary>Which tasks a START or STOP means (facts: lotus 3.1). The Add-In Controller is never among them.</summary>
public enum TaskSelection : byte
{
    /// <summary>All.</summary>
    All,

    /// <summary>Both inbound tasks.</summary>
    Inbound,

    /// <summary>The Inbound Session Controller with its handlers.</summary>
    InboundTransport,

    /// <summary>The Inbound Conversion Handler.</summary>
    InboundConversion,

    /// <summary>Both outbound tasks.</summary>
    Outbound,

    /// <summary>The Outbound Session Controller with its handlers.</summary>
    OutboundTransport,

    /// <summary>The Outbound Conversion Handler.</summary>
    OutboundConversion,

    /// <summary>The Delivery Report Task.</summary>
    DrTask,
}
