namespace Tell.Documents;

/// <summary>What becomes of a document; the factory methods of <see cref="Settlement"/> say what each means.</summary>
public enum SettlementKind : byte
{
    /// <summary>State Success.</summary>
    Succeeded,

    /// <summary>State Failure, with a next attempt.</summary>
    Deferred,

    /// <summary>State Failure, without one.</summary>
    Failed,

    /// <summary>State Dead.</summary>
    Dead,

    /// <summary>State Held.</summary>
    Held,

    /// <summary>As before the take.</summary>
    Released,

    /// <summary>State Pending.</summary>
    Again,

    /// <summary>Removed.</summary>
    Removed,
}
