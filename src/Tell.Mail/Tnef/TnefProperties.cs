namespace Tell.Mail;

/// <summary>The MAPI properties of a TNEF attribute (MS-OXTNEF 2.1.3.4), one after the other; it ends where it cannot go on.</summary>
internal sealed class TnefProperties
{
    private const ushort MultiValued = 0x1000;

    private TnefCursor _cursor;
    private uint _count;

    /// <summary>The properties in the data of an attribute.</summary>
    public TnefProperties(ReadOnlyMemory<byte> data)
    {
        _cursor = new TnefCursor(data);
        IsBroken = !_cursor.TryUInt32(out _count);
    }

    /// <summary>True where what follows cannot be read.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The next property; false at the end.</summary>
    public bool TryNext(out TnefProperty property)
    {
        property = default;
        if (IsBroken || _count == 0)
            return false;
        _count--;
        IsBroken = true;
        if (!_cursor.TryUInt16(out var type) || !_cursor.TryUInt16(out var id) || !TryPassName(ref id) || !TryValues(type, out var value))
            return false;
        IsBroken = false;
        property = new TnefProperty(id, type, value);
        return true;

        bool TryValues(ushort of, out ReadOnlyMemory<byte> first)
        {
            first = default;
            var single = (ushort)(of & ~MultiValued);
            var isCounted = single is 0x001e or 0x001f or 0x0102 or 0x000d;
            var values = 1u;
            if ((isCounted || (of & MultiValued) != 0) && !_cursor.TryUInt32(out values))
                return false;
            for (var i = 0u; i < values; i++)
            {
                // Each takes at least two octets of the stream: a count that lies ends with it.
                if (!TryValue(single, isCounted, out var one))
                    return false;
                first = i == 0 ? one : first;
            }
            return true;
        }
    }

    private bool TryValue(ushort type, bool isCounted, out ReadOnlyMemory<byte> value)
    {
        value = default;
        uint length = type switch
        {
            0x0002 or 0x000b => 2,
            0x0003 or 0x0004 or 0x000a or 0x0001 => 4,
            0x0005 or 0x0006 or 0x0007 or 0x0014 or 0x0040 => 8,
            0x0048 => 16,
            _ => 0,
        };
        // PtypObject, strings and binaries say how long they are; an unknown type cannot be passed over.
        if ((isCounted && !_cursor.TryUInt32(out length)) || (!isCounted && length == 0) || !_cursor.TryTake(length, out value))
            return false;
        _cursor.Pad(length);
        return true;
    }

    // Ids from 0x8000 are names: a GUID and a number or a string.
    private bool TryPassName(ref ushort id)
    {
        if (id < 0x8000)
            return true;
        id = 0;
        if (!_cursor.TryTake(16, out _) || !_cursor.TryUInt32(out var kind) || !_cursor.TryUInt32(out var length))
            return false;
        if (kind == 0)
            return true;
        if (!_cursor.TryTake(length, out _))
            return false;
        _cursor.Pad(length);
        return true;
    }
}
