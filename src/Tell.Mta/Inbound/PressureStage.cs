namespace Tell.Mta.Inbound;

/// <summary>How intake stands.</summary>
internal enum PressureStage : byte
{
    /// <summary>Mail is taken as it comes.</summary>
    Calm,

    /// <summary>Each message waits a little, the longer the higher the pressure.</summary>
    Slowing,

    /// <summary>Mail is refused for now.</summary>
    Refusing,
}
