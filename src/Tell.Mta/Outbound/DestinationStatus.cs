namespace Tell.Mta.Outbound;

/// <summary>A Destination as an operator sees it.</summary>
/// <param name="Name">The domain, or "host:port".</param>
/// <param name="State">Up, down or unknown.</param>
/// <param name="Sessions">Sessions in use or kept open.</param>
/// <param name="Window">Documents taken and not yet with a session.</param>
/// <param name="RetryAt">For Down: when it is tried again.</param>
/// <param name="LastError">What went wrong last; null where nothing has.</param>
public sealed record DestinationStatus(string Name, DestinationState State, int Sessions, int Window, DateTimeOffset? RetryAt, string? LastError);
