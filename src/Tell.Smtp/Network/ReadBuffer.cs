using System.Buffers;

namespace Tell.Smtp.Network;

/// <summary>
/// What a reader has received and nobody has consumed, in one pooled buffer, which moves up or grows when it is full: its size is what the reader
/// above lets lie, no more. It begins without a buffer.
/// </summary>
internal struct ReadBuffer(ArrayPool<byte> pool)
{
    private const int FirstSize = 8 * 1024;

    private byte[] _octets = [];
    private int _start;
    private int _end;
    private int _examined;

    /// <summary>True where nothing is left to consume.</summary>
    public readonly bool IsEmpty => _start == _end;

    /// <summary>True where octets have come that nobody has examined.</summary>
    public readonly bool HasNews => _end > _examined;

    /// <summary>What was not consumed, as one segment; good until room is made or the buffer given back.</summary>
    public readonly ReadOnlySequence<byte> Unread => new(_octets, _start, _end - _start);

    /// <summary>Where the next octets go, behind <see cref="MakeRoom"/>.</summary>
    public readonly Memory<byte> Room => _octets.AsMemory(_end);

    /// <summary>So many octets have come into the room.</summary>
    public void Add(int octets) => _end += octets;

    /// <summary>As <see cref="System.IO.Pipelines.PipeReader.AdvanceTo(SequencePosition, SequencePosition)"/>.</summary>
    public void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // The sequence is always one segment, and its positions are places in the buffer; those of an empty sequence are none.
        if (consumed.GetObject() is null)
            return;
        _start = consumed.GetInteger();
        _examined = Math.Max(_start, examined.GetInteger());
    }

    /// <summary>Makes room for at least one octet.</summary>
    public void MakeRoom()
    {
        if (IsEmpty)
            Clear();
        if (_end < _octets.Length)
            return;
        var unread = _octets.AsSpan(_start, _end - _start);
        var before = _octets;
        if (before.Length == 0 || unread.Length > before.Length / 2)
            _octets = pool.Rent(Math.Max(FirstSize, before.Length * 2));
        unread.CopyTo(_octets);
        (_start, _end, _examined) = (0, unread.Length, _examined - _start);
        if (before != _octets && before.Length > 0)
            pool.Return(before);
    }

    /// <summary>Throws away what is in it.</summary>
    public void Clear() => (_start, _end, _examined) = (0, 0, 0);

    /// <summary>Throws away what is in it and gives the buffer back, unless somebody still writes into it.</summary>
    public void Release(bool inUse = false)
    {
        var octets = _octets;
        _octets = [];
        Clear();
        if (octets.Length > 0 && !inUse)
            pool.Return(octets);
    }
}
