using System.Buffers.Binary;

namespace Tell.Mail;

/// <summary>Octets read from left to right, numbers from their small end; false where not enough are left.</summary>
internal struct TnefCursor(ReadOnlyMemory<byte> octets)
{
    private int _at;

    /// <summary>How many are left.</summary>
    public readonly int Left => octets.Length - _at;

    /// <summary>True where none is left.</summary>
    public readonly bool IsAtEnd => Left == 0;

    public bool TryByte(out byte value)
    {
        var read = TryTake(1, out var taken);
        value = read ? taken.Span[0] : (byte)0;
        return read;
    }

    public bool TryUInt16(out ushort value)
    {
        var read = TryTake(2, out var taken);
        value = read ? BinaryPrimitives.ReadUInt16LittleEndian(taken.Span) : (ushort)0;
        return read;
    }

    public bool TryUInt32(out uint value)
    {
        var read = TryTake(4, out var taken);
        value = read ? BinaryPrimitives.ReadUInt32LittleEndian(taken.Span) : 0;
        return read;
    }

    /// <summary>The next octets, of which there is no copy.</summary>
    public bool TryTake(uint length, out ReadOnlyMemory<byte> taken)
    {
        taken = default;
        if (length > (uint)Left)
            return false;
        taken = octets.Slice(_at, (int)length);
        _at += (int)length;
        return true;
    }

    /// <summary>Passes over what fills up to a multiple of four.</summary>
    public void Pad(uint length) => _at = Math.Min(octets.Length, _at + (int)((4 - length % 4) % 4));
}
