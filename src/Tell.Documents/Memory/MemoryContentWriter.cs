using System.Buffers;

namespace Tell.Documents.Memory;

/// <summary>Gathers a content in memory and hands it to its store when it is complete.</summary>
internal sealed class MemoryContentWriter(Func<byte[], Content> complete, Action<Content> abandon) : IContentWriter
{
    private readonly ArrayBufferWriter<byte> _octets = new();
    private Content? _content;
    private bool _disposed;

    public long Size => _octets.WrittenCount;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellation.ThrowIfCancellationRequested();
        if (_content is not null)
            throw new InvalidOperationException("The content is complete.");
        _octets.Write(octets.Span);
        return ValueTask.CompletedTask;
    }

    public ValueTask<Content> CompleteAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_content ??= complete(_octets.WrittenSpan.ToArray()));
    }

    public ValueTask DisposeAsync()
    {
        if (!_disposed && _content is not null)
            abandon(_content);
        _disposed = true;
        return ValueTask.CompletedTask;
    }
}
