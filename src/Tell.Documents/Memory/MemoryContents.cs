using System.Runtime.CompilerServices;

namespace Tell.Documents.Memory;

/// <summary>The contents of one memory store, with how many documents point at each. Its owner's gate guards it.</summary>
internal sealed class MemoryContents
{
    private const int PieceSize = 64 * 1024;

    private readonly Dictionary<long, Held> _held = [];

    private sealed class Held(byte[] octets)
    {
        public byte[] Octets { get; } = octets;
        public int References { get; set; }
    }

    /// <summary>Takes in a content that no document points at yet.</summary>
    public void Add(long id, byte[] octets) => _held.Add(id, new Held(octets));

    /// <summary>Its writer is gone: it stays only where a document points at it.</summary>
    public void Abandon(long id)
    {
        if (_held.TryGetValue(id, out var held) && held.References == 0)
            _held.Remove(id);
    }

    /// <summary>All writers are gone.</summary>
    public void AbandonAll()
    {
        foreach (var id in _held.Keys.ToArray())
            Abandon(id);
    }

    /// <summary>Refuses documents that point at contents that are not here.</summary>
    /// <exception cref="ArgumentException">One does.</exception>
    public void Check(IEnumerable<Document> documents)
    {
        foreach (var document in documents)
        {
            foreach (var content in Transition.ContentsOf(document))
            {
                if (!_held.ContainsKey(content.Id))
                    throw new ArgumentException($"Document {document.Id} points at content {content.Id}, which is not in the store.");
            }
        }
    }

    /// <summary>One document more points at its contents; returns how to take that back.</summary>
    public Action Refer(Document document)
    {
        var referred = Transition.ContentsOf(document).Select(content => _held[content.Id]).ToList();
        referred.ForEach(held => held.References++);
        return () => referred.ForEach(held => held.References--);
    }

    /// <summary>One document less points at its contents; returns how to take that back.</summary>
    public Action Release(Document document)
    {
        var released = new List<(long Id, Held Held)>();
        foreach (var content in Transition.ContentsOf(document))
        {
            if (!_held.TryGetValue(content.Id, out var held))
                continue;
            released.Add((content.Id, held));
            if (--held.References == 0)
                _held.Remove(content.Id);
        }
        return () => released.ForEach(r =>
        {
            r.Held.References++;
            _held[r.Id] = r.Held;
        });
    }

    /// <summary>The octets; null where there is no such content.</summary>
    public byte[]? Find(long id) => _held.GetValueOrDefault(id)?.Octets;

    /// <summary>Octets in pieces of at most 64 KiB; they are looked up when the first piece is asked for.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(Func<byte[]> find, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var octets = find();
        for (var at = 0; at < octets.Length; at += PieceSize)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return octets.AsMemory(at, Math.Min(PieceSize, octets.Length - at));
        }
        await ValueTask.CompletedTask;
    }

    /// <summary>What reading a content throws that is not in the store (any more).</summary>
    public static StoreException Gone(Content content) =>
        new(StoreFault.InputOutput, $"Content {content.Id} is not in the store: no document points at it any more.");
}
