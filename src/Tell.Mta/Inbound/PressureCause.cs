namespace Tell.Mta.Inbound;

/// <summary>What presses most.</summary>
internal enum PressureCause : byte
{
    /// <summary>Free disk space.</summary>
    Space,

    /// <summary>Waiting documents.</summary>
    Queue,

    /// <summary>The time that the store takes for a commit.</summary>
    Latency,
}
