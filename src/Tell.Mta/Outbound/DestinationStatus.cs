namespace Tell.Mta.Outbound;

/// <summary>A Destination as an operator sees it.</summary>
/// <param name="Name">The best mail exchangers of its domains, "host:port" of a fixed host, or the domain where DNS names no host.</param>
/// <param name="State">Up, down or unknown.</param>
/// <param name="Sessions">Sessions in use or kept open.</param>
/// <param name="Window">Documents taken and not yet with a session.</param>
/// <param name="RetryAt">For Down: when it is tried again.</param>
/// <param name="LastError">What went wrong last; null where nothing has.</param>
public sealed record DestinationStatus(string Name, DestinationState State, int Sessions, int Window, DateTimeOffset? RetryAt, string? LastError)
{
    /// <summary>The last error with its time and host; null where there was none.</summary>
    public HostFailure? Failure { get; init; }

    /// <summary>The sessions that the peer is taken to bear; it grows and shrinks with its answers.</summary>
    public int Bears { get; init; }

    /// <summary>Documents taken from the queue: those in transmission and those in <see cref="Window"/>.</summary>
    public int Taken { get; init; }
}
