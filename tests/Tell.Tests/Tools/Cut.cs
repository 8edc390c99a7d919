namespace Tell.Tests.Tools;

/// <summary>A stretch of time, in timestamps of TimeProvider.System, in which a process or a connection was killed: what was said then may not have been heard.</summary>
/// <param name="From">Just before the kill.</param>
/// <param name="To">When nothing of the killed was left.</param>
public readonly record struct Cut(long From, long To)
{
    /// <summary>Whether this cut explains that a message was sent twice: the first copy was accepted before its end, the second after its start.</summary>
    public bool Explains(long first, long second) => first < To && From < second;
}
