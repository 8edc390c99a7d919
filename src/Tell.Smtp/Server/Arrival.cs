namespace Tell.Smtp.Server;

/// <summary>What a wait for the client brought.</summary>
internal enum Arrival : byte
{
    /// <summary>Octets.</summary>
    Octets,

    /// <summary>Nothing: someone wants the session to look around.</summary>
    Interrupted,

    /// <summary>The end: the client will send nothing more.</summary>
    Closed,

    /// <summary>Nothing in time.</summary>
    TimedOut,
}
