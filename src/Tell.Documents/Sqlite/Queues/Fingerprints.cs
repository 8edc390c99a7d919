using System.Buffers.Binary;

namespace Tell.Documents.Sqlite;

/// <summary>
/// The fingerprints of documents that were put once. The table has them in the order in which they came; memory has, for those that are not forgotten,
/// 64 bits made of the hash and the place in the table, where the whole hash is looked up. Changed by the engine's thread; any may forget.
/// </summary>
internal sealed class Fingerprints
{
    // After so many new ones, at most so many that have expired are deleted: the table shrinks faster than it grows, and no commit has much of it to do.
    private const int PruneAfter = 64, PruneMost = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, long> _known = [];
    private readonly List<ulong> _added = [];
    private readonly List<(ulong Key, long Seq)> _pruned = [];
    private readonly TimeProvider _time;
    private readonly Statement _insert, _get, _first, _delete;
    private long _last;
    private int _unpruned;

    public Fingerprints(Connection connection, TimeProvider time)
    {
        _time = time;
        _insert = connection.Prepare("INSERT INTO fingerprint(seq, hash, id, tail, until) VALUES(?1, ?2, ?3, ?4, ?5)");
        _get = connection.Prepare("SELECT hash, id, tail, until FROM fingerprint WHERE seq = ?1");
        _first = connection.Prepare("SELECT seq, until, hash FROM fingerprint ORDER BY seq LIMIT ?1");
        _delete = connection.Prepare("DELETE FROM fingerprint WHERE seq <= ?1");
        PruneAll();
        using var all = connection.Prepare("SELECT seq, hash FROM fingerprint ORDER BY seq");
        while (all.Step())
        {
            _last = all.Long(0);
            _known[Key(all.Blob(1))] = _last;
        }
    }

    /// <summary>The document that was put with that fingerprint; null where none was, its time has passed or it was forgotten.</summary>
    public Unid? Find(Fingerprint fingerprint)
    {
        Span<byte> hash = stackalloc byte[Fingerprint.Size];
        fingerprint.CopyTo(hash);
        long seq;
        lock (_gate)
        {
            if (!_known.TryGetValue(Key(hash), out seq))
                return null;
        }
        using var rows = _get.Bind(1, seq).Read();
        return _get.Step() && _get.Blob(0).SequenceEqual(hash) && _get.Long(3) > Now
            ? new Unid((ulong)_get.Long(1), unchecked((ulong)_get.Long(2)))
            : null;
    }

    /// <summary>Adds a fingerprint within the transaction.</summary>
    public void Add(Fingerprint fingerprint, Unid document, DateTimeOffset until)
    {
        Span<byte> hash = stackalloc byte[Fingerprint.Size];
        fingerprint.CopyTo(hash);
        _insert.Bind(1, ++_last).Bind(2, hash).Bind(3, (long)document.High).Bind(4, unchecked((long)document.Low)).Bind(5, until.ToUnixTimeMilliseconds()).Run();
        lock (_gate)
            _known[Key(hash)] = _last;
        _added.Add(Key(hash));
    }

    /// <summary>What comes with that fingerprint is new. Any thread.</summary>
    public void Forget(Fingerprint fingerprint)
    {
        Span<byte> hash = stackalloc byte[Fingerprint.Size];
        fingerprint.CopyTo(hash);
        lock (_gate)
            _known.Remove(Key(hash));
    }

    /// <summary>Deletes some of what has expired.</summary>
    public void BeforeCommit()
    {
        if (_unpruned + _added.Count >= PruneAfter)
            Prune(PruneMost);
    }

    /// <summary>The transaction is done.</summary>
    public void Committed()
    {
        _unpruned = _unpruned + _added.Count >= PruneAfter ? 0 : _unpruned + _added.Count;
        _added.Clear();
        Forget(_pruned);
    }

    /// <summary>The transaction was not.</summary>
    public void RolledBack()
    {
        lock (_gate)
        {
            foreach (var key in _added)
                _known.Remove(key);
        }
        _added.Clear();
        _pruned.Clear();
    }

    /// <summary>Deletes all that has expired, outside of a transaction.</summary>
    public void PruneAll()
    {
        while (Prune(10_000))
            Forget(_pruned);
        Forget(_pruned);
    }

    // From the beginning of the table up to the first that holds: what came later takes the place of what came earlier, so that goes first.
    private bool Prune(int most)
    {
        var now = Now;
        var (seen, last) = (0, 0L);
        using (_first.Bind(1, most).Read())
        {
            for (; _first.Step() && _first.Long(1) <= now; seen++)
            {
                last = _first.Long(0);
                _pruned.Add((Key(_first.Blob(2)), last));
            }
        }
        if (seen > 0)
            _delete.Bind(1, last).Run();
        return seen == most;
    }

    private void Forget(List<(ulong Key, long Seq)> pruned)
    {
        if (pruned.Count == 0)
            return;
        lock (_gate)
        {
            foreach (var (key, seq) in pruned)
            {
                if (_known.TryGetValue(key, out var known) && known == seq)
                    _known.Remove(key);
            }
        }
        pruned.Clear();
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    // Two that share a key are told apart by the table; the later of them is known then. Of hashes that differ none do in practice.
    private static ulong Key(ReadOnlySpan<byte> hash)
    {
        var key = 0UL;
        for (var at = 0; at < hash.Length; at += sizeof(ulong))
            key = unchecked(key * 0x9E3779B97F4A7C15UL + BinaryPrimitives.ReadUInt64BigEndian(hash[at..]));
        return key;
    }
}
