namespace Tell.Documents;

/// <summary>
/// The environment failed a store. The message names the place and the next step for an operator; the kind says what a caller can do.
/// </summary>
public sealed class StoreException(StoreFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What failed.</summary>
    public StoreFault Fault { get; } = fault;
}
