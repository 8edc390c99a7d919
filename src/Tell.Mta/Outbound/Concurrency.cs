namespace Tell.Mta.Outbound;

/// <summary>
/// How many sessions a peer is taken to bear. It begins small, grows by one for each run of messages as long as itself, and shrinks by one
/// only at the second bad sign; after each step down the next step up takes twice as many messages, so that a peer with a fixed limit is
/// not asked for more all the time. At one, a few bad signs in a row say that the peer is dead. Pure; not safe for concurrent use.
/// </summary>
/// <remarks>A bad sign is one of the connection, never of a message: a refused connection, 421, a time limit, a lost session.</remarks>
internal sealed class Concurrency
{
    /// <summary>Where it begins.</summary>
    public const int Initial = 5;

    private const int Tolerated = 2, Deadly = 3, LongestRun = 1000;

    private int _good, _bad, _refused, _run = Initial;

    /// <summary>The sessions that it bears, at least 1.</summary>
    public int Window { get; private set; } = Initial;

    /// <summary>The peer has answered for a message and can go on. The window grows to <paramref name="limit"/> at most.</summary>
    public void Succeeded(int limit)
    {
        if (Window == 1)
            _bad = 0;
        if (++_good < _run)
            return;
        (_good, _bad) = (0, 0);
        if (Window >= limit)
            return;
        Window++;
        // Only what was refused before and bears now is a reason to be bolder.
        if (Window > _refused)
            _run = Math.Max(Window, _run / 2);
    }

    /// <summary>A bad sign; true where the peer is dead by now. More than <paramref name="limit"/> sessions there never were.</summary>
    public bool Failed(int limit)
    {
        Window = Math.Min(Window, limit);
        _good = 0;
        _bad++;
        if (Window == 1)
            return _bad >= Deadly;
        if (_bad >= Tolerated)
            (_refused, Window, _bad, _run) = (Window, Window - 1, 0, Math.Min(2 * _run, LongestRun));
        return false;
    }

    /// <summary>The peer was found down: whatever was known of it is forgotten.</summary>
    public void Reset() => (Window, _good, _bad, _refused, _run) = (Initial, 0, 0, 0, Initial);
}
