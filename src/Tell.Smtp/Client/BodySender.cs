namespace Tell.Smtp.Client;

/// <summary>
/// A body on its way: octets in memory, or pieces as they come. It is handed to the network 64 KB at a time, so that a session's memory does
/// not depend on the message, and a message that is smaller goes in one write with its final dot.
/// </summary>
internal sealed class BodySender(ReadOnlyMemory<byte> whole, IAsyncEnumerable<ReadOnlyMemory<byte>>? pieces)
{
    private const int FlushSize = 64 * 1024;

    private DotStuffer _stuffer = new();
    private int _unflushed;

    /// <summary>Sends it, and the dot after it; false where the peer did not take it all, which is then a fault of the wire.</summary>
    public async ValueTask<bool> SendAsync(ClientWire wire, CancellationToken cancellation)
    {
        if (pieces is null)
        {
            if (!await WriteAsync(wire, whole))
                return false;
        }
        else
        {
            await foreach (var piece in pieces.WithCancellation(cancellation))
            {
                if (!await WriteAsync(wire, piece))
                    return false;
            }
        }
        // Before the dot the peer has nothing to say; what it says now must not be taken for the verdict.
        if (wire.Interrupted)
        {
            await wire.InterruptionAsync(SessionPhase.Body);
            return false;
        }
        _stuffer.End(wire.Output);
        wire.Send();
        return true;
    }

    private async ValueTask<bool> WriteAsync(ClientWire wire, ReadOnlyMemory<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            var part = piece[..Math.Min(piece.Length, FlushSize - _unflushed)];
            piece = piece[part.Length..];
            _stuffer.Write(wire.Output, part.Span);
            _unflushed += part.Length;
            if (_unflushed < FlushSize)
                continue;
            _unflushed = 0;
            if (!wire.Interrupted && await wire.FlushAsync(SessionPhase.Body))
                continue;
            await wire.InterruptionAsync(SessionPhase.Body);
            return false;
        }
        return true;
    }
}
