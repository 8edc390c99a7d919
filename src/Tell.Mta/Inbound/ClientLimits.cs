using System.Net;

namespace Tell.Mta.Inbound;

/// <summary>Counts the sessions and connections of each client address. Remembers an address only as long as it matters.</summary>
internal sealed class ClientLimits(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, (int Sessions, int Connections, DateTimeOffset Since)> _clients = [];
    private DateTimeOffset _swept;

    /// <summary>Counts a session in, unless a limit (0: none) is reached. <paramref name="counted"/> says whether it must be counted out.</summary>
    public ClientLimit TryEnter(IPAddress client, int mostSessions, int mostPerMinute, out bool counted)
    {
        counted = false;
        if (mostSessions == 0 && mostPerMinute == 0)
            return ClientLimit.None;
        var now = time.GetUtcNow();
        lock (_gate)
        {
            Sweep(now);
            var seen = _clients.GetValueOrDefault(client, (Sessions: 0, Connections: 0, Since: now));
            if (now - seen.Since >= Window)
                seen = (seen.Sessions, 0, now);
            if (mostPerMinute > 0 && seen.Connections >= mostPerMinute)
                return ClientLimit.Rate;
            seen.Connections++;
            if (mostSessions > 0 && seen.Sessions >= mostSessions)
            {
                _clients[client] = seen;
                return ClientLimit.Sessions;
            }
            seen.Sessions++;
            _clients[client] = seen;
            counted = true;
            return ClientLimit.None;
        }
    }

    /// <summary>Counts a session out.</summary>
    public void Leave(IPAddress client)
    {
        lock (_gate)
        {
            if (_clients.TryGetValue(client, out var seen))
                _clients[client] = seen with { Sessions = seen.Sessions - 1 };
        }
    }

    private void Sweep(DateTimeOffset now)
    {
        if (now - _swept < Window)
            return;
        _swept = now;
        foreach (var (client, seen) in _clients)
        {
            if (seen.Sessions == 0 && now - seen.Since >= Window)
                _clients.Remove(client);
        }
    }
}
