namespace Tell.Mta.Routing.Dns;

/// <summary>Answers until they expire, at most so many: the oldest make room. Not safe for concurrent use.</summary>
internal sealed class AnswerCache(int most)
{
    private readonly Dictionary<(string Name, DnsType Type), Lookup> _kept = [];
    private readonly Queue<((string Name, DnsType Type) Key, Lookup Lookup)> _order = new();

    public int Count => _kept.Count;

    public Lookup? Find((string Name, DnsType Type) key, DateTimeOffset now)
    {
        if (!_kept.TryGetValue(key, out var lookup))
            return null;
        if (lookup.Expires > now)
            return lookup;
        _kept.Remove(key);
        return null;
    }

    public void Keep((string Name, DnsType Type) key, Lookup lookup)
    {
        _kept[key] = lookup;
        _order.Enqueue((key, lookup));
        // An entry that was replaced or has expired leaves its place in the order behind.
        while (_order.Count > most)
        {
            var (oldest, kept) = _order.Dequeue();
            if (_kept.TryGetValue(oldest, out var current) && ReferenceEquals(current, kept))
                _kept.Remove(oldest);
        }
    }
}
