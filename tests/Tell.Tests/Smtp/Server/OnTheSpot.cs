namespace Tell.Tests.Smtp.Server;

/// <summary>A context in which what would go on later, on another thread, goes on at once: so that a test needs no waiting.</summary>
internal sealed class OnTheSpot : SynchronizationContext
{
    /// <summary>Does something in it.</summary>
    public static T Do<T>(Func<T> something)
    {
        T result = default!;
        new OnTheSpot().Send(_ => result = something(), null);
        return result;
    }

    public override void Post(SendOrPostCallback d, object? state) => Send(d, state);

    // What goes on in here stays in here, also where a timer has set it going.
    public override void Send(SendOrPostCallback d, object? state)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            d(state);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
