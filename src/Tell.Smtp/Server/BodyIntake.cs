using System.Buffers;
using Tell.Mail;
using Tell.Smtp.Wire;

namespace Tell.Smtp.Server;

/// <summary>
/// Takes one message body in, by DATA or by BDAT: decoded and handed on piece by piece, never collected. A body that is refused on the
/// way (too large, the receiver failed) is read to its end all the same, since the client can hear of it only then. Without a message it
/// only reads what is refused.
/// </summary>
internal sealed class BodyIntake
{
    private static readonly byte[] Newline = "\r\n"u8.ToArray();

    private readonly SessionState _session;
    private readonly IIncomingMessage? _message;
    private readonly bool _binary;
    private readonly BodyPace? _pace;
    private DataDecoder _decoder;
    private HeaderScanner _header;
    private CannedReply? _refusal;
    private Reply? _fault;
    private long _arrived;
    private long _octets;

    /// <summary>The intake of a message that the receiver has opened.</summary>
    public BodyIntake(SessionState session, IIncomingMessage message, BodyType body, bool measured)
    {
        (_session, _message, _binary) = (session, message, body == BodyType.BinaryMime);
        _pace = BodyPace.Of(session);
        _decoder = new DataDecoder { Measured = measured };
    }

    /// <summary>The intake of what is refused from the beginning.</summary>
    public BodyIntake(SessionState session, CannedReply? refusal, Reply? fault)
    {
        (_session, _refusal, _fault) = (session, refusal, fault);
        _pace = BodyPace.Of(session);
        _decoder = new DataDecoder { Measured = true };
    }

    /// <summary>True when the octets themselves have said that the body ends.</summary>
    public bool Ended => _decoder.Ended;

    /// <summary>True where the body will not be accepted, whatever follows.</summary>
    public bool IsRefused => _refusal is not null || _fault is not null;

    /// <summary>So many octets are announced: nothing of them is taken where they would be too many.</summary>
    public void Announce(long octets)
    {
        if (!IsRefused && octets > _session.Options.MaxMessageSize - _arrived)
            _refusal = Replies.TooLarge;
    }

    /// <summary>Takes octets as they arrived, to the end of the body or of the octets; gives how many that were.</summary>
    public async ValueTask<long> TakeAsync(ReadOnlySequence<byte> octets)
    {
        long taken = 0;
        foreach (var segment in octets)
            taken += await TakeAsync(segment);
        _arrived += taken;
        CheckRegular();
        return taken;
    }

    /// <summary>Waits for more of the body. False where the session ends before it has come.</summary>
    public async ValueTask<bool> MoreAsync()
    {
        if (EndsAsTooSlow())
            return false;
        var channel = _session.Channel;
        channel.Await();
        Arrival arrival;
        do
            arrival = await channel.ReceiveAsync();
        while (arrival == Arrival.Interrupted); // A stop request waits for the end of the body, or of the chunk.
        if (arrival == Arrival.Octets)
            return true;
        _session.End = SessionEnd.Vanished;
        if (arrival == Arrival.TimedOut)
        {
            _session.End = SessionEnd.TimedOut;
            _session.Answer(Replies.Idle);
        }
        return false;
    }

    /// <summary>True where the client has been too slow so far, of which it was told: the session ends.</summary>
    public bool EndsAsTooSlow()
    {
        if (_pace?.IsTooSlow(_arrived) != true)
            return false;
        _session.End = SessionEnd.TooSlow;
        _session.Answer(Replies.TooSlow);
        return true;
    }

    /// <summary>Commits, or not, and gives the reply to the end of the body: never before the receiver has decided.</summary>
    public async ValueTask FinishAsync()
    {
        if (!_binary && !_decoder.Ended && _decoder.Finish())
            await PassAsync(Newline);
        CheckRegular();
        _session.Mail = null;
        var reply = _refusal is null ? _fault ?? await _session.Receiver.CommitAsync(_message!) : null;
        if (reply?.IsPositive == true)
        {
            _session.Accepted(_octets, _decoder.Irregular > 0);
            _session.Channel.Hearing.Accepted(_message!);
        }
        else if (_message is not null)
        {
            _session.Counts.MessagesRefused++;
            _message.OnRefused();
        }
        if (reply is null)
            _session.Answer(_refusal!);
        else
            _session.Answer(reply);
    }

    /// <summary>Lets go of the message: uncommitted it leaves nothing, so a client that vanishes, at whatever octet, leaves nothing.</summary>
    public ValueTask LetGoAsync() => _message is null ? default : _session.Receiver.DisposeAsync(_message);

    private async ValueTask<int> TakeAsync(ReadOnlyMemory<byte> segment)
    {
        // What is refused is decoded only where its end has to be found.
        if (_binary || (IsRefused && _decoder.Measured))
        {
            await PassAsync(segment);
            return segment.Length;
        }
        var rest = segment;
        while (!rest.IsEmpty && !_decoder.Ended)
        {
            var piece = _decoder.Next(rest.Span);
            if (piece.Newline)
                await PassAsync(Newline);
            if (piece.Length > 0)
                await PassAsync(rest.Slice(piece.Start, piece.Length));
            rest = rest[piece.Consumed..];
        }
        return segment.Length - rest.Length;
    }

    private async ValueTask PassAsync(ReadOnlyMemory<byte> octets)
    {
        if (IsRefused || octets.IsEmpty)
            return;
        _octets += octets.Length;
        if (_octets > _session.Options.MaxMessageSize)
            _refusal = Replies.TooLarge;
        else if (IsHeaderTooLarge(octets.Span))
            _refusal = Replies.HeaderTooLarge;
        else
            _fault = await WriteAsync(octets);
    }

    private ValueTask<Reply?> WriteAsync(ReadOnlyMemory<byte> octets)
    {
        var write = _session.Receiver.WriteAsync(_message!, octets);
        return write.IsCompleted || _pace is null ? write : _pace.ExceptAsync(write);
    }

    private bool IsHeaderTooLarge(ReadOnlySpan<byte> octets)
    {
        if (_session.Options.MaxHeaderSize <= 0 || _header.Ended)
            return false;
        _header.Take(octets);
        return _header.Size > _session.Options.MaxHeaderSize;
    }

    private void CheckRegular()
    {
        if (_decoder.Irregular > 0 && _session.Options.BareNewlines == BareNewlines.Refuse)
            _refusal ??= Replies.Irregular;
    }
}
