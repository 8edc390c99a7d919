namespace Tell.Documents;

/// <summary>What two transmissions of one message have in common: a SHA-256 hash. Equal for equal messages, and for no others.</summary>
public readonly record struct Fingerprint(UInt128 High, UInt128 Low);
