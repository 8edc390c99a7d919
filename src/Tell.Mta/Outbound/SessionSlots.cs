namespace Tell.Mta.Outbound;

/// <summary>
/// The sessions that may be open at a time to all destinations together: of mail (SMTPMTA_MaxOutboundSessions), or of reports (SMTPMTA_MaxReportSessions). Who finds no slot is called back
/// once when one is free, in the order of asking; who has no use for it any more passes it on. Safe for concurrent use.
/// </summary>
internal sealed class SessionSlots(Func<int> limit)
{
    private readonly Lock _gate = new();
    private readonly Queue<Destination> _waiting = new();
    private readonly HashSet<Destination> _known = [];
    private int _taken;

    /// <summary>True where somebody waits for a slot: whoever begins a new session anyway lets others go first.</summary>
    public bool AreWanted
    {
        get
        {
            lock (_gate)
                return _waiting.Count > 0 && _taken >= limit();
        }
    }

    /// <summary>True where there is a slot; where there is none the destination is woken when it is worth asking again.</summary>
    public bool IsFree(Destination destination)
    {
        lock (_gate)
            return Ask(destination);
    }

    /// <summary>Takes a slot; false where there is none: the destination is then woken when it is worth asking again.</summary>
    public bool TryTake(Destination destination)
    {
        lock (_gate)
        {
            if (!Ask(destination))
                return false;
            _taken++;
            return true;
        }
    }

    /// <summary>Gives a slot back in the middle of a step, at whose end it is passed on.</summary>
    public void Return()
    {
        lock (_gate)
            _taken--;
    }

    /// <summary>Gives a slot back.</summary>
    public void Release()
    {
        lock (_gate)
            _taken--;
        PassOn();
    }

    /// <summary>Wakes those who have waited longest, as many as there is room for. Called without any lock: they plan their next step.</summary>
    public void PassOn()
    {
        List<Destination>? next = null;
        lock (_gate)
        {
            for (var free = limit() - _taken; free > 0 && _waiting.TryDequeue(out var waiting); free--)
            {
                _known.Remove(waiting);
                (next ??= []).Add(waiting);
            }
        }
        foreach (var waiting in next ?? [])
            waiting.Wake();
    }

    private bool Ask(Destination destination)
    {
        if (_taken < limit())
            return true;
        if (_known.Add(destination))
            _waiting.Enqueue(destination);
        return false;
    }
}
