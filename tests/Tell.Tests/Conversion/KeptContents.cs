using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Tell.Documents;
using Tell.Mta.Conversion;

namespace Tell.Tests.Conversion;

/// <summary>Contents in memory, and how many of them are being written.</summary>
internal sealed class KeptContents
{
    private readonly Dictionary<long, byte[]> _contents = [];

    /// <summary>The writers that were asked for and not yet disposed.</summary>
    public int Open { get; private set; }

    /// <summary>The octets of a content.</summary>
    public byte[] Read(Content content) => _contents[content.Id];

    /// <summary>The octets of a content, in pieces.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(Content content, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        cancellation.ThrowIfCancellationRequested();
        yield return Read(content);
    }

    /// <summary>A content, from its octets.</summary>
    public Content Keep(byte[] octets)
    {
        var content = new Content(_contents.Count + 1, octets.Length);
        _contents[content.Id] = octets;
        return content;
    }

    /// <summary>The items of a message.</summary>
    public async Task<ImmutableArray<Item>> ItemizeAsync(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var writers = new List<IContentWriter>();
        var items = await Itemizer.ReadAsync(Pieces(pieces), () => new Writer(this), writers, CancellationToken.None);
        foreach (var writer in writers)
            await writer.DisposeAsync();
        Assert.Equal(0, Open);
        return items;
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        await Task.CompletedTask;
        foreach (var piece in pieces)
            yield return piece;
    }

    private sealed class Writer : IContentWriter
    {
        private readonly KeptContents _store;
        private readonly MemoryStream _octets = new();

        public Writer(KeptContents store) => (_store, store.Open) = (store, store.Open + 1);

        public long Size => _octets.Length;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation)
        {
            _octets.Write(octets.Span);
            return default;
        }

        public ValueTask<Content> CompleteAsync(CancellationToken cancellation) => ValueTask.FromResult(_store.Keep(_octets.ToArray()));

        public ValueTask DisposeAsync()
        {
            _store.Open--;
            return default;
        }
    }
}
