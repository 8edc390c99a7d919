using System.Buffers;
using Tell.Mail;

namespace Tell.Mta.Reports;

/// <summary>Gathers the first octets of a message, for what is told of it. It holds little more than <see cref="ReturnedHeader.MaxOctets"/>, however long the message is.</summary>
internal sealed class MessageStart
{
    private readonly ArrayBufferWriter<byte> _octets = new();

    /// <summary>True where no more octets are needed: the header has ended, or what is returned of one.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The header as it is returned.</summary>
    public byte[] Header => ReturnedHeader.Of(_octets.WrittenSpan);

    /// <summary>The header of a message, of which no more is read than that needs.</summary>
    public static async ValueTask<byte[]> HeaderAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> message)
    {
        var start = new MessageStart();
        await foreach (var piece in message)
        {
            start.Feed(piece.Span);
            if (start.IsComplete)
                break;
        }
        return start.Header;
    }

    /// <summary>The next octets.</summary>
    public void Feed(ReadOnlySpan<byte> octets)
    {
        if (IsComplete)
            return;
        _octets.Write(octets);
        IsComplete = _octets.WrittenCount > ReturnedHeader.MaxOctets || HeaderBlock.Read(_octets.WrittenSpan).IsComplete;
    }
}
