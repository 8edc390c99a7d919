using System.Globalization;

namespace Tell.Documents;

/// <summary>
/// A universal document id: 16 bytes, printed as 32 hex digits. <see cref="High"/> grows with time (milliseconds since 1970 in the
/// upper 48 of its 63 bits, a sequence below) and is unique within a store; <see cref="Low"/> is random and tells stores apart.
/// </summary>
public readonly record struct Unid(ulong High, ulong Low) : IComparable<Unid>
{
    /// <summary>How many bits of <see cref="High"/> hold the sequence within a millisecond.</summary>
    public const int SequenceBits = 15;

    /// <summary>True for the default value, which names no document.</summary>
    public bool IsNone => High == 0 && Low == 0;

    /// <summary>When the id was made, to the millisecond.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds((long)(High >> SequenceBits));

    /// <summary>Reads 32 hex digits in either case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Unid unid)
    {
        unid = default;
        if (text.Length != 32
            || !ulong.TryParse(text[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
            || !ulong.TryParse(text[16..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low))
            return false;
        unid = new Unid(high, low);
        return true;
    }

    /// <summary>Orders by time, then by sequence.</summary>
    public int CompareTo(Unid other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <summary>32 upper-case hex digits.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{High:X16}{Low:X16}");
}
