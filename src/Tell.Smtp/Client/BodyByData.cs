using System.Buffers;

namespace Tell.Smtp.Client;

/// <summary>
/// Sends a message whose body goes by DATA (RFC 5321 4.1.1.4). The body is handed to the network 64 KB at a time, so that a session's memory
/// does not depend on the message, and a message that is smaller goes in one write with its final dot. It is not read before 354.
/// </summary>
internal sealed class BodyByData(MailExchange exchange, ReadOnlyMemory<byte> whole, IAsyncEnumerable<ReadOnlyMemory<byte>>? pieces) : IBodyTransfer
{
    private const int FlushSize = 64 * 1024;

    private DotStuffer _stuffer = new();
    private int _unflushed;

    private ClientWire Wire => exchange.Wire;

    /// <inheritdoc/>
    public void Announce(IBufferWriter<byte> output) => output.Write("DATA\r\n"u8);

    /// <summary>The whole message, from MAIL to the verdict.</summary>
    public async ValueTask SendAsync(bool reset, CancellationToken cancellation)
    {
        if (!await exchange.ProposeAsync(reset, this))
            return;
        if (!exchange.Announced)
        {
            if (!exchange.Wanted || !await exchange.StillOpenAsync(SessionPhase.Data))
                return;
            Announce(Wire.Output);
            Wire.Send();
        }
        if (!await GoAheadAsync() || !await exchange.StillOpenAsync(SessionPhase.Body) || !await BodyAsync(cancellation))
            return;
        if (Wire.Lmtp)
        {
            await exchange.VerdictsAsync();
            return;
        }
        var reply = await Wire.ReadReplyAsync(SessionPhase.EndOfData);
        if (reply is null || Wire.Fault is not null)
            return;
        exchange.LeftOpen = false;
        if (reply.Code < 400 && !reply.IsPositive)
            Wire.Confuse(SessionPhase.EndOfData, $"the peer replied to the end of data with \"{reply}\"");
        else
            exchange.Decide(reply, SessionPhase.EndOfData);
    }

    private async ValueTask<bool> GoAheadAsync()
    {
        var reply = await Wire.ReadReplyAsync(SessionPhase.Data);
        if (reply is null || Wire.Fault is not null)
            return false;
        if (reply.IsPositive)
            return !Wire.Confuse(SessionPhase.Data, $"the peer replied to DATA with \"{reply}\"");
        var wanted = exchange.Wanted;
        if (reply.Code < 400)
        {
            if (!wanted)
                await LoneDotAsync();
            return wanted;
        }
        if (wanted)
            exchange.Decide(reply, SessionPhase.Data);
        // A reply too many among those of the group shows here.
        await exchange.StillOpenAsync(SessionPhase.Data);
        return false;
    }

    // RFC 2920 3.1: 354 after every recipient was refused is answered with a dot alone, and what is said to that means nothing.
    private async ValueTask LoneDotAsync()
    {
        // RFC 2033 4.2: an LMTP server must refuse DATA then, and to a dot for nobody there is no reply to wait for.
        if (Wire.Lmtp)
            Wire.End(SessionPhase.Data, "the peer wants a message for nobody");
        if (!await exchange.StillOpenAsync(SessionPhase.Data))
            return;
        Wire.Output.Write(".\r\n"u8);
        Wire.Send();
        exchange.LeftOpen = await Wire.ReadReplyAsync(SessionPhase.Data) is null;
    }

    // The body and the dot after it; false where the peer did not take it all, which is then a fault of the Wire.
    private async ValueTask<bool> BodyAsync(CancellationToken cancellation)
    {
        if (pieces is null)
        {
            if (!await WriteAsync(whole))
                return false;
        }
        else
        {
            await foreach (var piece in pieces.WithCancellation(cancellation))
            {
                if (!await WriteAsync(piece))
                    return false;
            }
        }
        // Before the dot the peer has nothing to say; what it says now must not be taken for the verdict.
        if (Wire.Interrupted)
        {
            await Wire.InterruptionAsync(SessionPhase.Body);
            return false;
        }
        _stuffer.End(Wire.Output);
        Wire.InDoubt = true;
        Wire.Send();
        return true;
    }

    private async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            var part = piece[..Math.Min(piece.Length, FlushSize - _unflushed)];
            piece = piece[part.Length..];
            _stuffer.Write(Wire.Output, part.Span);
            _unflushed += part.Length;
            if (_unflushed < FlushSize)
                continue;
            _unflushed = 0;
            if (!Wire.Interrupted && await Wire.FlushAsync(SessionPhase.Body))
                continue;
            await Wire.InterruptionAsync(SessionPhase.Body);
            return false;
        }
        return true;
    }
}
