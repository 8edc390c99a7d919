using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tell.Mta;

/// <summary>Numbers that nobody can predict, whatever of them is known: those of the system. Safe to use from any thread.</summary>
public sealed class UnpredictableRandom : Random
{
    private readonly Lock _gate = new();
    private readonly byte[] _bits = new byte[512];
    private int _used = 512;

    /// <inheritdoc/>
    public override int Next() => Next(int.MaxValue);

    /// <inheritdoc/>
    public override int Next(int maxValue) => Next(0, maxValue);

    /// <inheritdoc/>
    public override int Next(int minValue, int maxValue) => minValue == maxValue ? minValue : RandomNumberGenerator.GetInt32(minValue, maxValue);

    /// <inheritdoc/>
    public override long NextInt64() => NextInt64(long.MaxValue);

    /// <inheritdoc/>
    public override long NextInt64(long maxValue) => NextInt64(0, maxValue);

    /// <inheritdoc/>
    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        // Of so many more bits than the range has, the remainder favours nothing that could be seen.
        var range = (UInt128)((Int128)maxValue - minValue);
        return range == 0 ? minValue : (long)(minValue + (Int128)(Bits128() % range));
    }

    /// <inheritdoc/>
    public override double NextDouble() => Sample();

    /// <inheritdoc/>
    public override float NextSingle() => (Bits64() >> 40) * (1f / (1 << 24));

    /// <inheritdoc/>
    public override void NextBytes(byte[] buffer) => RandomNumberGenerator.Fill(buffer);

    /// <inheritdoc/>
    public override void NextBytes(Span<byte> buffer) => RandomNumberGenerator.Fill(buffer);

    /// <inheritdoc/>
    protected override double Sample() => (Bits64() >> 11) * (1.0 / (1L << 53));

    private ulong Bits64()
    {
        lock (_gate)
        {
            // The system is asked for many at once: each question costs far more than the bits.
            if (_used == _bits.Length)
            {
                RandomNumberGenerator.Fill(_bits);
                _used = 0;
            }
            var bits = BinaryPrimitives.ReadUInt64LittleEndian(_bits.AsSpan(_used));
            // What was given out is not kept.
            _bits.AsSpan(_used, sizeof(ulong)).Clear();
            _used += sizeof(ulong);
            return bits;
        }
    }

    private UInt128 Bits128() => new(Bits64(), Bits64());
}
