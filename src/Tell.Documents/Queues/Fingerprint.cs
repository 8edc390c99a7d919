using System.Buffers.Binary;

namespace Tell.Documents;

/// <summary>What two transmissions of one message have in common: a SHA-256 hash. Equal for equal messages, and for no others.</summary>
public readonly record struct Fingerprint(UInt128 High, UInt128 Low)
{
    /// <summary>Octets of a fingerprint.</summary>
    public const int Size = 32;

    /// <summary>The fingerprint that a hash of <see cref="Size"/> octets is.</summary>
    public static Fingerprint Of(ReadOnlySpan<byte> hash) => new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));

    /// <summary>Writes the hash.</summary>
    public void CopyTo(Span<byte> hash)
    {
        BinaryPrimitives.WriteUInt128BigEndian(hash, High);
        BinaryPrimitives.WriteUInt128BigEndian(hash[16..], Low);
    }
}
