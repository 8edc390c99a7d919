namespace Tell.Mta.Outbound;

/// <summary>A host of a Destination.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its address and port.</param>
/// <param name="Skipped">True where it has failed too often and is skipped for a while.</param>
public readonly record struct KnownHost(string Name, string Address, bool Skipped);
