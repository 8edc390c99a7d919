using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Tell.Smtp.Client;

/// <summary>
/// Reads a content as chunks for BDAT, at most 64 KB each: BDAT has to say how long a chunk is and whether it is the last, so each is whole in
/// memory before it is announced, and the last is known by the end of the content and not by what its size was said to be.
/// </summary>
internal sealed class ChunkReader(MessageContent content, bool lines) : IAsyncDisposable
{
    /// <summary>The longest chunk in octets. RFC 3030 2: what is wrong with a chunk is only told when all of it has come.</summary>
    public const int Size = 64 * 1024;

    private ReadOnlyMemory<byte> _rest = content.Whole;
    private IAsyncEnumerator<ReadOnlyMemory<byte>>? _pieces;
    private byte[]? _buffer;
    private bool _cr, _newline = true;

    /// <summary>The chunk; good until the next is read.</summary>
    public ReadOnlyMemory<byte> Chunk { get; private set; }

    /// <summary>True for the last chunk, which may be empty.</summary>
    public bool Last { get; private set; }

    /// <summary>True for the last chunk of a content of lines whose last line lacks its CRLF.</summary>
    public bool LacksNewline => Last && lines && !_newline;

    /// <summary>Reads the next chunk.</summary>
    public async ValueTask NextAsync(CancellationToken cancellation)
    {
        if (content.Pieces is null)
        {
            Chunk = _rest[..Math.Min(Size, _rest.Length)];
            _rest = _rest[Chunk.Length..];
            Last = _rest.IsEmpty;
        }
        else
        {
            _pieces ??= content.Pieces.GetAsyncEnumerator(cancellation);
            // A second chunk shows that the first was too small for its content.
            Rent(_buffer is null && content.Size is >= 0 and < Size ? (int)content.Size : Size);
            Chunk = await FillAsync(_pieces, _buffer.AsMemory(0, Math.Min(_buffer.Length, Size)));
        }
        if (!Chunk.IsEmpty)
            (_cr, _newline) = (Chunk.Span[^1] == '\r', Chunk.Span.EndsWith("\r\n"u8) || (_cr && Chunk.Span is [(byte)'\n']));
    }

    /// <summary>Ends the reading.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        if (_pieces is not null)
            await _pieces.DisposeAsync();
    }

    [MemberNotNull(nameof(_buffer))]
    private void Rent(int size)
    {
        if (_buffer?.Length >= size)
            return;
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = ArrayPool<byte>.Shared.Rent(size);
    }

    private async ValueTask<ReadOnlyMemory<byte>> FillAsync(IAsyncEnumerator<ReadOnlyMemory<byte>> pieces, Memory<byte> buffer)
    {
        for (var filled = 0; ;)
        {
            if (_rest.IsEmpty)
            {
                if (!await pieces.MoveNextAsync())
                {
                    Last = true;
                    return buffer[..filled];
                }
                _rest = pieces.Current;
                continue;
            }
            // There is more, so this one is not the last.
            if (filled == buffer.Length)
                return buffer;
            var part = _rest[..Math.Min(_rest.Length, buffer.Length - filled)];
            part.CopyTo(buffer[filled..]);
            _rest = _rest[part.Length..];
            filled += part.Length;
        }
    }
}
