namespace Tell.Mta.Inbound;

/// <summary>What is limited per client network or user.</summary>
internal enum LimitKind : byte
{
    /// <summary>Sessions at a time.</summary>
    Sessions,

    /// <summary>Connections in a minute.</summary>
    Connections,

    /// <summary>Messages begun in the limit window.</summary>
    Messages,

    /// <summary>Recipients accepted in the limit window.</summary>
    Recipients,

    /// <summary>Commands answered with 5yz in the limit window.</summary>
    Errors,

    /// <summary>Octets of accepted messages in the limit window.</summary>
    Octets,
}
