using Tell.Mta.Routing.Names;

namespace Tell.Mta.Operations;

/// <summary>How a Connection stands.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="IsOpen">True where mail may leave now.</param>
/// <param name="OpensAt">When it may next leave; null where the connection is open or not enabled.</param>
public sealed record ConnectionStatus(Connection Connection, bool IsOpen, DateTimeOffset? OpensAt);
