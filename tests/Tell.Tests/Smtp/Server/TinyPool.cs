using System.Buffers;

namespace Tell.Tests.Smtp.Server;

/// <summary>Memory in crumbs, so that a sequence has many segments.</summary>
internal sealed class TinyPool(int size) : MemoryPool<byte>
{
    public override int MaxBufferSize => size;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => new Crumb(new byte[size]);

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Crumb(byte[] octets) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => octets;

        public void Dispose() => octets.AsSpan().Fill((byte)'#'); // Whoever still looks at it, sees that.
    }
}
