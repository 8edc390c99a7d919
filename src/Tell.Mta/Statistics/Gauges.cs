using Tell.Documents;

namespace Tell.Mta.Statistics;

/// <summary>
/// Numbers that belong to no document: what is so now (sessions, destinations, overload), which nobody resets; and events of no document, which join the
/// next transaction of the store as counters: a crash before it loses them, a clean end does not.
/// </summary>
public sealed class Gauges(IQueueStore queues)
{
    private long _inbound, _outbound, _destinations, _down, _overload;

    /// <summary>Inbound sessions open.</summary>
    public long InboundSessions => Interlocked.Read(ref _inbound);

    /// <summary>Outbound sessions open.</summary>
    public long OutboundSessions => Interlocked.Read(ref _outbound);

    /// <summary>0 where mail is taken as it comes, 1 where intake is slowed, 2 where mail is refused.</summary>
    public long Overload
    {
        get => Interlocked.Read(ref _overload);
        internal set => Interlocked.Exchange(ref _overload, value);
    }

    /// <summary>Next hops in use.</summary>
    public long Destinations => Interlocked.Read(ref _destinations);

    /// <summary>Next hops that are down.</summary>
    public long DestinationsDown => Interlocked.Read(ref _down);

    /// <summary>Counts an event that belongs to no document.</summary>
    public void Add(string name, long delta = 1)
    {
        try
        {
            queues.Count(name, delta);
        }
        catch (Exception fault) when (fault is StoreException or ObjectDisposedException)
        {
            // The last words of a session whose store is gone: what cannot be counted is no reason to fail it.
        }
    }

    /// <summary>Counts what was refused at the door of a channel.</summary>
    internal void Reject(string channel, long messages, long recipients, long octets = 0)
    {
        if (messages > 0)
            Add(Door.MessagesOf(channel), messages);
        if (recipients > 0)
            Add(Door.RecipientsOf(channel), recipients);
        if (octets > 0)
            Add(Door.OctetsOf(channel), octets);
    }

    internal void InboundSession(int delta) => Interlocked.Add(ref _inbound, delta);

    internal void OutboundSession(int delta) => Interlocked.Add(ref _outbound, delta);

    internal void Destination(int delta) => Interlocked.Add(ref _destinations, delta);

    internal void Down(int delta) => Interlocked.Add(ref _down, delta);
}
