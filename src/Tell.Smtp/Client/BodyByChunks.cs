using System.Buffers;

namespace Tell.Smtp.Client;

/// <summary>
/// Sends a message whose body goes by BDAT (RFC 3030 2): no 354 to wait for, no dots to double. Chunks go one behind another with PIPELINING,
/// and one by one without; replies are taken as they come, so that a refusal ends the sending early. Memory is one chunk.
/// </summary>
/// <param name="exchange">The envelope.</param>
/// <param name="chunks">The body.</param>
/// <param name="most">How many chunks may be unanswered: 1 without PIPELINING.</param>
internal sealed class BodyByChunks(MailExchange exchange, ChunkReader chunks, int most) : IBodyTransfer
{
    /// <summary>How many chunks may be unanswered with PIPELINING: 1 MB, which fills a path of 100 ms at 80 Mbit/s, and few enough that their replies never fill a buffer.</summary>
    public const int MostUnanswered = 16;

    private bool _read, _sent, _refused;
    private int _unanswered;

    private ClientWire Wire => exchange.Wire;

    private int Length => chunks.Chunk.Length + (chunks.LacksNewline ? 2 : 0);

    /// <inheritdoc/>
    public void Announce(IBufferWriter<byte> output)
    {
        if (!_read || !chunks.Last)
            return;
        _sent = true;
        _unanswered = 1;
        CommandText.Chunk(output, Length, last: true);
        output.Write(chunks.Chunk.Span);
        if (chunks.LacksNewline)
            output.Write("\r\n"u8);
        Wire.InDoubt = true;
    }

    /// <summary>The whole message, from MAIL to the verdict.</summary>
    /// <param name="reset">True where the message before left a transaction open.</param>
    /// <param name="early">True where a body of one chunk may go before it is known whether a recipient is taken.</param>
    /// <param name="cancellation">Ends the reading of the body.</param>
    public async ValueTask SendAsync(bool reset, bool early, CancellationToken cancellation)
    {
        if (early)
            await ReadAsync(cancellation);
        if (!await exchange.ProposeAsync(reset, this))
            return;
        if (!_sent)
        {
            if (!exchange.Wanted || !await exchange.StillOpenAsync(SessionPhase.Chunk) || !await BodyAsync(cancellation))
                return;
        }
        await ConcludeAsync();
    }

    private async ValueTask ReadAsync(CancellationToken cancellation)
    {
        await chunks.NextAsync(cancellation);
        _read = true;
    }

    // All chunks; false where the last was not sent.
    private async ValueTask<bool> BodyAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (!_read)
                await ReadAsync(cancellation);
            _read = false;
            if (!await HeardAsync())
                return false;
            Wire.InDoubt = chunks.Last;
            CommandText.Chunk(Wire.Output, Length, chunks.Last);
            var gone = await WriteAsync();
            _unanswered++;
            if (chunks.Last)
                return true;
            if (!gone)
            {
                await LastWordsAsync();
                return false;
            }
        }
    }

    private ValueTask<bool> WriteAsync()
    {
        if (!chunks.LacksNewline)
            return Wire.WriteAsync(chunks.Chunk, SessionPhase.Body);
        Wire.Output.Write(chunks.Chunk.Span);
        Wire.Output.Write("\r\n"u8);
        return Wire.FlushAsync(SessionPhase.Body);
    }

    // Takes the replies that are there, or that have to be waited for. False where no more chunks may be sent.
    private async ValueTask<bool> HeardAsync()
    {
        while (_unanswered > 0 && (_refused || _unanswered >= most || Wire.Interrupted))
        {
            if (!await ReplyAsync())
                return false;
        }
        return !_refused && (_unanswered > 0 || await exchange.StillOpenAsync(SessionPhase.Chunk));
    }

    // RFC 3030 2: after a refusal the transaction has failed; no chunk may follow, those under way are refused as well, and RSET has to end it.
    private async ValueTask<bool> ReplyAsync()
    {
        var reply = await Wire.ReadReplyAsync(SessionPhase.Chunk);
        if (reply is null || Wire.Fault is not null)
            return false;
        if (reply.Code is >= 300 and < 400)
            return !Wire.Confuse(SessionPhase.Chunk, $"the peer replied to BDAT with \"{reply}\"");
        _unanswered--;
        if (reply.IsPositive)
            return true;
        exchange.Decide(reply, SessionPhase.Chunk);
        _refused = true;
        return true;
    }

    // The peer takes no more octets: most often it has refused a chunk and closed.
    private async ValueTask LastWordsAsync()
    {
        while (_unanswered > 0)
        {
            if (!await ReplyAsync())
                return;
        }
        await Wire.InterruptionAsync(SessionPhase.Chunk);
    }

    private async ValueTask ConcludeAsync()
    {
        while (_unanswered > 1)
        {
            if (!await ReplyAsync())
                return;
        }
        if (Wire.Lmtp)
        {
            await exchange.VerdictsAsync();
            return;
        }
        var wanted = exchange.Wanted;
        Wire.InDoubt &= wanted;
        var reply = await Wire.ReadReplyAsync(wanted ? SessionPhase.EndOfData : SessionPhase.Chunk);
        if (reply is null || Wire.Fault is not null)
            return;
        // Nobody can have taken a message that has no recipient, or lacks a chunk: the replies do not belong to what they seem to.
        if (reply.Code < 400 && !(reply.IsPositive && wanted))
        {
            Wire.Confuse(wanted ? SessionPhase.EndOfData : SessionPhase.Chunk, $"the peer replied to the last chunk with \"{reply}\"");
            return;
        }
        if (wanted)
            exchange.Decide(reply, SessionPhase.EndOfData);
        exchange.LeftOpen = !reply.IsPositive;
    }
}
