namespace Tell.Smtp.Sasl;

/// <summary>Where an authentication stands.</summary>
public enum SaslState : byte
{
    /// <summary>The client must answer a challenge.</summary>
    Challenge,

    /// <summary>It is who it says.</summary>
    Success,

    /// <summary>It is not, or nobody knows: the same for a wrong name and a wrong password.</summary>
    Failure,

    /// <summary>What the client sent is no message of the mechanism.</summary>
    Malformed,
}
