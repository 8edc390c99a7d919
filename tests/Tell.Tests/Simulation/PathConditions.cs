namespace Tell.Tests.Simulation;

/// <summary>
/// How the way to an address behaves. Set by a test at any time; <see cref="Refuse"/> and <see cref="Silent"/> count when a connection is made,
/// the rest while octets are carried. Counts are per connection.
/// </summary>
public sealed class PathConditions
{
    /// <summary>Connections are refused, datagrams too, although somebody may listen.</summary>
    public bool Refuse { get; set; }

    /// <summary>Connections and datagrams are never answered: the attempt lasts until its caller gives up.</summary>
    public bool Silent { get; set; }

    /// <summary>Octets still get lost silently on connections that are open: nothing arrives any more in either direction, nothing is closed.</summary>
    public bool BlackHole { get; set; }

    /// <summary>After this many octets from client to server the connection ends; null for never.</summary>
    public long? CutAfterSent { get; set; }

    /// <summary>After this many octets from server to client the connection ends; null for never.</summary>
    public long? CutAfterReceived { get; set; }

    /// <summary>True: a cut is a reset, which reads and writes throw and which may overtake octets. False: a cut is an orderly end after the last octet.</summary>
    public bool CutResets { get; set; }

    /// <summary>How long octets travel, one way; a connection takes two ways to be made.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Writes arrive in random pieces of 1 to this many octets; 0 leaves them as they are, 1 is octet by octet.</summary>
    public int LargestPiece { get; set; }
}
