namespace Tell.Mta.Inbound;

/// <summary>
/// What each client network, or each user, has done lately. Memory is bounded: beyond <paramref name="most"/> entries the one that has
/// been idle for longest is forgotten. What remains guaranteed: whoever has a session open is never forgotten, and nobody begins anew
/// within a window unless so many others came after it.
/// </summary>
internal sealed class LimitTable<TKey>(TimeProvider time, int most) where TKey : notnull
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];

    // Those without a session, the longest idle first.
    private readonly LinkedList<Entry> _idle = new();

    /// <summary>How many are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>Counts a session in, to be counted out by <see cref="Leave"/>, unless a limit (0: none) is reached; then which.</summary>
    public LimitKind? TryEnter(TKey key, int mostSessions, int mostPerMinute)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var node = Use(key);
            var entry = node.Value;
            if (mostPerMinute > 0)
            {
                if (entry.Connections.Sum(now, Minute) >= mostPerMinute)
                    return LimitKind.Connections;
                entry.Connections.Add(1, now, Minute);
            }
            if (mostSessions > 0 && entry.Sessions >= mostSessions)
                return LimitKind.Sessions;
            if (entry.Sessions++ == 0)
                _idle.Remove(node);
            return null;
        }
    }

    /// <summary>Counts a session out.</summary>
    public void Leave(TKey key)
    {
        lock (_gate)
        {
            var node = _entries[key];
            if (--node.Value.Sessions == 0)
                _idle.AddLast(node);
            Forget();
        }
    }

    /// <summary>Adds, unless more than <paramref name="limit"/> would be in the window; false then.</summary>
    public bool TryAdd(TKey key, LimitKind kind, long limit, TimeSpan window)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            ref var count = ref Use(key).Value.Of(kind);
            if (count.Sum(now, window) >= limit)
                return false;
            count.Add(1, now, window);
            return true;
        }
    }

    /// <summary>Adds what cannot be refused any more.</summary>
    public void Add(TKey key, LimitKind kind, long amount, TimeSpan window)
    {
        lock (_gate)
            Use(key).Value.Of(kind).Add(amount, time.GetUtcNow(), window);
    }

    /// <summary>True where the window holds so many.</summary>
    public bool HasReached(TKey key, LimitKind kind, long limit, TimeSpan window)
    {
        lock (_gate)
            return _entries.TryGetValue(key, out var node) && node.Value.Of(kind).Sum(time.GetUtcNow(), window) >= limit;
    }

    // The newest of the idle is whoever was used last.
    private LinkedListNode<Entry> Use(TKey key)
    {
        if (!_entries.TryGetValue(key, out var node))
        {
            node = new LinkedListNode<Entry>(new Entry(key));
            _entries.Add(key, node);
            _idle.AddLast(node);
            Forget();
        }
        else if (node.Value.Sessions == 0)
        {
            _idle.Remove(node);
            _idle.AddLast(node);
        }
        return node;
    }

    private void Forget()
    {
        while (_entries.Count > most && _idle.First is { } oldest && _idle.Count > 1)
        {
            _idle.Remove(oldest);
            _entries.Remove(oldest.Value.Key);
        }
    }

    private sealed class Entry(TKey key)
    {
        public int Sessions;
        public SlidingCount Connections;
        private SlidingCount _messages, _recipients, _errors, _octets;

        public TKey Key => key;

        public ref SlidingCount Of(LimitKind kind)
        {
            switch (kind)
            {
                case LimitKind.Messages:
                    return ref _messages;
                case LimitKind.Recipients:
                    return ref _recipients;
                case LimitKind.Errors:
                    return ref _errors;
                default:
                    return ref _octets;
            }
        }
    }
}
