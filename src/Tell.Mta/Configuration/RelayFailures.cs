namespace Tell.Mta.Configuration;

/// <summary>What becomes of relayed mail that fails for good.</summary>
public enum RelayFailures : byte
{
    /// <summary>Its sender is told (RFC 5321 6.1).</summary>
    Report,

    /// <summary>It stays as a dead message until an operator acts, as in the original (seed 002).</summary>
    Dead,
}
