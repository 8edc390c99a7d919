using Tell.Mta.Routing;

namespace Tell.Mta.Outbound;

/// <summary>
/// The lanes that have to be looked up: each once, in the order of asking, a bounded number at a time. Safe for concurrent use.
/// </summary>
/// <param name="most">How many at a time.</param>
/// <param name="look">Finds the site of a lane; null where that failed for now. Never throws.</param>
/// <param name="found">Told of the lane, its site, and when its mail is due.</param>
/// <param name="life">Cancelled, none is begun.</param>
internal sealed class Lookups(int most, Func<string, ValueTask<Site?>> look, Action<string, Site, DateTimeOffset> found, CancellationToken life)
{
    private readonly Lock _gate = new();
    private readonly List<Task> _running = [];
    private readonly Dictionary<string, DateTimeOffset> _sought = new(StringComparer.Ordinal);
    private readonly Queue<string> _queued = new();
    private int _looking;

    /// <summary>A lane is looked up, whose mail is due then; once, however often that is asked meanwhile.</summary>
    public void Ask(string lane, DateTimeOffset due)
    {
        lock (_gate)
        {
            if (_sought.TryGetValue(lane, out var known))
            {
                _sought[lane] = known < due ? known : due;
                return;
            }
            _sought[lane] = due;
            _queued.Enqueue(lane);
            if (_looking >= most)
                return;
            _looking++;
        }
        // One more that looks up; each goes on until nothing is left to be looked up.
        var task = LookUpAllAsync();
        lock (_gate)
        {
            _running.RemoveAll(lookup => lookup.IsCompleted);
            if (!task.IsCompleted)
                _running.Add(task);
        }
    }

    /// <summary>Forgets what has not begun, and gives what is under way.</summary>
    public Task[] End()
    {
        lock (_gate)
        {
            _queued.Clear();
            return [.. _running];
        }
    }

    private async Task LookUpAllAsync()
    {
        while (true)
        {
            string? lane;
            lock (_gate)
            {
                if (life.IsCancellationRequested || !_queued.TryDequeue(out lane))
                {
                    _looking--;
                    return;
                }
            }
            var site = await look(lane);
            DateTimeOffset due;
            lock (_gate)
                _sought.Remove(lane, out due);
            if (site is not null)
                found(lane, site, due);
        }
    }
}
