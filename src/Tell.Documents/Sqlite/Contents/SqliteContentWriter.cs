using System.Buffers;

namespace Tell.Documents.Sqlite;

/// <summary>
/// Gathers a content of up to 64 KiB, which then travels within the transaction of the document that points at it; a larger one goes to
/// the file as it comes, so that memory does not grow with it and a fast peer waits for the disk.
/// </summary>
internal sealed class SqliteContentWriter(IContentHost host) : IContentWriter
{
    /// <summary>The size of a piece, and the largest content that is kept whole.</summary>
    public const int PieceSize = 64 * 1024;

    // Pieces per transaction: a commit for each piece would synchronise the disk four times as often.
    private const int BurstSize = 4 * PieceSize;

    private readonly StagedContent _content = host.Begin();
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(8 * 1024);
    private int _held;
    private int _pieces;
    private bool _disposed;

    public long Size { get; private set; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_content.Size >= 0)
            throw new InvalidOperationException("The content is complete.");
        while (!octets.IsEmpty)
        {
            if (_held == BurstSize)
                await FlushAsync(cancellation);
            Grow(octets.Length);
            var part = octets[..Math.Min(octets.Length, Math.Min(_buffer.Length, BurstSize) - _held)];
            part.CopyTo(_buffer.AsMemory(_held));
            _held += part.Length;
            Size += part.Length;
            octets = octets[part.Length..];
        }
    }

    public async ValueTask<Content> CompleteAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_content.Size < 0)
        {
            if (_pieces == 0 && _held <= PieceSize)
                _content.Octets = _buffer.AsSpan(0, _held).ToArray();
            else
                await FlushAsync(cancellation);
            _content.Size = Size;
        }
        return new Content(_content.Id, Size);
    }

    public ValueTask DisposeAsync()
    {
        if (_disposed)
            return ValueTask.CompletedTask;
        _disposed = true;
        ArrayPool<byte>.Shared.Return(_buffer);
        return host.EndAsync(_content, _pieces > 0);
    }

    private async ValueTask FlushAsync(CancellationToken cancellation)
    {
        var pieces = (_held + PieceSize - 1) / PieceSize;
        var first = _pieces;
        // Counted before they are written, so that they are cleared away also where the writing fails half-way.
        _pieces += pieces;
        await host.WritePiecesAsync(_content, first, _buffer.AsMemory(0, _held), cancellation);
        _held = 0;
    }

    private void Grow(int wanted)
    {
        if (_buffer.Length - _held >= wanted || _buffer.Length >= BurstSize)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(BurstSize, Math.Max(_buffer.Length * 2, _held + wanted)));
        _buffer.AsSpan(0, _held).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
