using System.Collections.Immutable;
using Tell.Documents;

namespace Tell.Mta.Outbound;

/// <summary>
/// Whether a next hop takes mail. Only a message that it answered proves that it is up: a peer may open a connection and close it again.
/// Not safe for concurrent use.
/// </summary>
internal sealed class Health
{
    private int _failures;

    /// <summary>How it stands.</summary>
    public DestinationState State { get; private set; }

    /// <summary>For Down: when it is tried again; null where that is now.</summary>
    public DateTimeOffset? RetryAt { get; private set; }

    /// <summary>What went wrong last; null where nothing has.</summary>
    public HostFailure? LastFailure { get; private set; }

    /// <summary>It has answered for a message. True where it was down.</summary>
    public bool Succeeded()
    {
        var wasDown = State == DestinationState.Down;
        (State, _failures, RetryAt) = (DestinationState.Up, 0, null);
        return wasDown;
    }

    /// <summary>
    /// It cannot be reached: down until the time that the intervals give. Failures of tries that began before that was known do not count
    /// again. True where it was not down.
    /// </summary>
    public bool Failed(DateTimeOffset now, Attempt attempt, ImmutableArray<TimeSpan> intervals)
    {
        Note(attempt);
        if (RetryAt > now)
            return false;
        var first = State != DestinationState.Down;
        State = DestinationState.Down;
        RetryAt = now + RetrySchedule.After(++_failures, intervals);
        return first;
    }

    /// <summary>Something went wrong that does not mean that it is down.</summary>
    public void Note(Attempt attempt) => LastFailure = new HostFailure(attempt.Time, attempt.Host, attempt.Text);

    /// <summary>It is tried again now; whether it is down is found out then.</summary>
    public void RetryNow() => RetryAt = null;

    /// <summary>Nothing is known of it. True where it was down.</summary>
    public bool Forget()
    {
        var wasDown = State == DestinationState.Down;
        (State, _failures, RetryAt) = (DestinationState.Unknown, 0, null);
        return wasDown;
    }
}
