using System.Collections.Concurrent;

namespace Tell.Documents.Sqlite;

/// <summary>
/// The contents of one file: who points at them, those being written, and those put lately. Writers and readers come on any thread;
/// what changes the file runs on the engine's thread, within a transaction.
/// </summary>
/// <param name="cacheOctets">How many octets of recent contents to keep.</param>
internal sealed class Contents(long cacheOctets)
{
    private readonly ConcurrentDictionary<long, StagedContent> _staged = [];
    private readonly Recent<byte[]> _recent = new(cacheOctets);
    private readonly Recent<Known> _known = new(16 * 1024);
    private readonly List<StagedContent> _stored = [];
    private readonly List<long> _gone = [];

    private sealed record Known(long References, bool Pieced);

    /// <summary>Begins a content; its id is the upper half of a new UNID.</summary>
    public StagedContent Begin(Unid id)
    {
        var content = new StagedContent((long)id.High);
        _staged.TryAdd(content.Id, content);
        return content;
    }

    /// <summary>Its writer is gone.</summary>
    public void End(StagedContent content) => _staged.TryRemove(content.Id, out _);

    /// <summary>The octets of a small content without a look at the disk.</summary>
    public bool TryRecall(long id, out byte[] octets)
    {
        if (_staged.TryGetValue(id, out var staged) && staged.Octets is { } held)
        {
            octets = held;
            return true;
        }
        if (_recent.TryGet(id, out octets!))
            return true;
        octets = [];
        return false;
    }

    /// <summary>Keeps the octets of a small content that was read from the disk.</summary>
    public void Remember(long id, byte[] octets) => _recent.Add(id, octets, octets.Length + 64);

    /// <summary>One document more points at a content; the first puts a small one into the file.</summary>
    /// <exception cref="ArgumentException">It is not in the store.</exception>
    public void Refer(ContentTable table, long id)
    {
        if (_known.TryGet(id, out var known) || TryFind(table, id, out known))
        {
            known = known with { References = known.References + 1 };
            table.SetExtra(id, known.References - 1);
        }
        else if (_staged.TryGetValue(id, out var staged) && staged is { Size: >= 0, Stored: false })
        {
            if (staged.Octets is { } octets)
                table.Insert(id, octets);
            else
                table.InsertPieced(id, staged.Size);
            staged.Stored = true;
            _stored.Add(staged);
            known = new Known(1, staged.Octets is null);
        }
        else
        {
            throw new ArgumentException($"A document points at content {id}, which is not in the store.");
        }
        _known.Add(id, known, 1);
    }

    /// <summary>One document less points at a content; the last takes it along.</summary>
    public void Release(ContentTable table, long id)
    {
        if (!_known.TryGet(id, out var known) && !TryFind(table, id, out known))
            return;
        if (known.References > 1)
        {
            table.SetExtra(id, known.References - 2);
            _known.Add(id, known with { References = known.References - 1 }, 1);
            return;
        }
        table.Delete(id, known.Pieced);
        _known.Remove(id);
        _gone.Add(id);
    }

    /// <summary>Memory follows the file.</summary>
    public void Committed()
    {
        foreach (var content in _stored)
        {
            if (content.Octets is { } octets)
                Remember(content.Id, octets);
        }
        foreach (var id in _gone)
            _recent.Remove(id);
        _stored.Clear();
        _gone.Clear();
    }

    /// <summary>Memory goes back to what the file says.</summary>
    public void RolledBack()
    {
        foreach (var content in _stored)
            content.Stored = false;
        _stored.Clear();
        _gone.Clear();
        _known.Clear();
    }

    // A content that is staged and not stored cannot be in the file: the common put is spared the look.
    private bool TryFind(ContentTable table, long id, out Known known)
    {
        known = null!;
        if (_staged.TryGetValue(id, out var staged) && !staged.Stored || !table.Find(id, out var pieced))
            return false;
        known = new Known(table.Extra(id) + 1, pieced);
        return true;
    }

    /// <summary>What reading a content throws that is not in the file (any more).</summary>
    public static StoreException Gone(Content content) =>
        new(StoreFault.InputOutput, $"Content {content.Id} is not in the store: no document points at it any more.");
}
