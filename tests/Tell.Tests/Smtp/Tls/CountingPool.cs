using System.Buffers;
using System.Collections.Concurrent;

namespace Tell.Tests.Smtp.Tls;

/// <summary>A pool that knows what is out, and fails where something comes back that is not.</summary>
internal sealed class CountingPool : ArrayPool<byte>
{
    private readonly ConcurrentDictionary<byte[], bool> _out = new(ReferenceEqualityComparer.Instance);

    public int Out => _out.Count;

    public override byte[] Rent(int minimumLength)
    {
        var array = new byte[minimumLength];
        _out[array] = true;
        return array;
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        Assert.True(_out.TryRemove(array, out _), "returned twice, or never rented");
        array.AsSpan().Fill((byte)'#'); // Whoever still looks at it, sees that.
    }
}
