using Tell.Smtp.Wire;

namespace Tell.Smtp.Server;

/// <summary>
/// Takes one message body in: decoded and handed on piece by piece, never collected. A body that is refused on the way (too large, the
/// receiver failed) is read to its end all the same, since the client can hear of it only then.
/// </summary>
internal sealed class BodyIntake(SessionState session, IIncomingMessage message)
{
    private static readonly byte[] Newline = "\r\n"u8.ToArray();

    private DataDecoder _decoder;
    private CannedReply? _refusal;
    private Reply? _fault;
    private long _octets;

    private bool IsRefused => _refusal is not null || _fault is not null;

    /// <summary>Reads to the end of the data. False where the session ends before.</summary>
    public async ValueTask<bool> ReadAsync()
    {
        var channel = session.Channel;
        while (true)
        {
            long consumed = 0;
            foreach (var segment in channel.Unread)
            {
                for (var rest = segment; !rest.IsEmpty && !_decoder.Ended;)
                {
                    var piece = _decoder.Next(rest.Span);
                    if (piece.Newline)
                        await TakeAsync(Newline);
                    if (piece.Length > 0)
                        await TakeAsync(rest.Slice(piece.Start, piece.Length));
                    rest = rest[piece.Consumed..];
                    consumed += piece.Consumed;
                }
            }
            channel.Unread = channel.Unread.Slice(consumed);
            if (_decoder.Ended)
                return true;
            channel.Await();
            Arrival arrival;
            do
                arrival = await channel.ReceiveAsync();
            while (arrival == Arrival.Interrupted); // A stop request waits for the end of the message.
            if (arrival == Arrival.Octets)
                continue;
            session.End = SessionEnd.Vanished;
            if (arrival == Arrival.TimedOut)
            {
                session.End = SessionEnd.TimedOut;
                session.Answer(Replies.Idle);
            }
            return false;
        }
    }

    /// <summary>Commits, or not, and gives the reply to the end of the data: never before the receiver has decided.</summary>
    public async ValueTask FinishAsync()
    {
        session.Mail = null;
        if (_decoder.BareNewlines > 0 && session.Options.BareNewlines == BareNewlines.Refuse)
            _refusal ??= Replies.BareNewline;
        if (_refusal is not null)
        {
            session.Counts.MessagesRefused++;
            session.Answer(_refusal);
            return;
        }
        var reply = _fault ?? await session.Receiver.CommitAsync(message);
        if (reply.IsPositive)
            session.Accepted(_octets);
        else
            session.Counts.MessagesRefused++;
        session.Answer(reply);
    }

    private async ValueTask TakeAsync(ReadOnlyMemory<byte> octets)
    {
        if (IsRefused)
            return;
        _octets += octets.Length;
        if (_octets > session.Options.MaxMessageSize)
            _refusal = Replies.TooLarge;
        else
            _fault = await session.Receiver.WriteAsync(message, octets);
    }
}
