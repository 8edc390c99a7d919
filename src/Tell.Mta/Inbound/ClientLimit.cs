namespace Tell.Mta.Inbound;

/// <summary>Which limit a client has reached.</summary>
internal enum ClientLimit : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>Sessions at a time.</summary>
    Sessions,

    /// <summary>Connections in a minute.</summary>
    Rate,
}
