namespace Tell.Mail;

/// <summary>
/// Transport Neutral Encapsulation Format (MS-OXTNEF), in which Outlook sends what MIME has its own words for: "winmail.dat", application/ms-tnef. Linear,
/// bounded, never throws; what is damaged is read as far as it goes.
/// </summary>
public static class Tnef
{
    /// <summary>How deep messages within messages are read; the one below is kept as its octets.</summary>
    public const int MostDepth = 5;

    internal const uint Signature = 0x223e9f78;

    /// <summary>True where octets are a TNEF stream; false where they do not begin like one.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> octets, out TnefMessage message) => TryRead(octets, 0, out message);

    internal static bool TryRead(ReadOnlyMemory<byte> octets, int depth, out TnefMessage message)
    {
        var stream = new TnefCursor(octets);
        message = null!;
        if (!stream.TryUInt32(out var signature) || signature != Signature || !stream.TryUInt16(out _))
            return false;
        var reading = new TnefReading(depth);
        while (!stream.IsAtEnd)
        {
            // MS-OXTNEF 2.1.3.2: level, id, length, data, checksum.
            if (!stream.TryByte(out var level) || level is not (1 or 2) || !stream.TryUInt32(out var id) || !stream.TryUInt32(out var length))
            {
                reading.Problem("the stream does not go on as TNEF");
                break;
            }
            if (!stream.TryTake(length, out var data))
            {
                reading.Problem("the stream is cut short");
                stream.TryTake((uint)stream.Left, out data);
            }
            else if (!stream.TryUInt16(out var sum) || sum != Sum(data.Span))
            {
                reading.Problem("a checksum is wrong");
            }
            reading.Add(level, id, data);
        }
        message = reading.Finish();
        return true;
    }

    private static ushort Sum(ReadOnlySpan<byte> data)
    {
        var sum = 0u;
        foreach (var octet in data)
            sum += octet;
        return (ushort)sum;
    }
}
