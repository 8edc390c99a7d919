using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Smtp.Client;

public sealed partial class ClientSession
{
    // What a connection may carry before the peer has acknowledged anything (RFC 6928: ten segments), less the commands: a body that is not larger
    // comes with the envelope at no cost of time.
    private const int EarlySize = 12 * 1024;

    private LimitsWatch? _limits;
    private bool _leftOpen;

    /// <summary>Sends one message whose body is in memory: canonical content (CRLF lines), without dot-stuffing.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the connection is gone, and the peer may or may not have the message.</exception>
    public ValueTask<Transmission> SendAsync(Envelope envelope, ReadOnlyMemory<byte> body, CancellationToken cancellation) =>
        SendAsync(envelope, new MessageContent(body.Length, body), cancellation);

    /// <summary>
    /// Sends one message whose body is read piece by piece: canonical content of <paramref name="size"/> octets. A body is read only when the peer
    /// wants it, but for small ones that go together with their envelope; and it is read twice where it has to be found out whether it needs more
    /// than the peer takes; once more where it then has to be converted. An exception out of the body passes; the session is then over and the peer has no whole message.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled; the connection is gone, and the peer may or may not have the message.</exception>
    public ValueTask<Transmission> SendAsync(
        Envelope envelope, long size, IAsyncEnumerable<ReadOnlyMemory<byte>> body, CancellationToken cancellation) =>
        SendAsync(envelope, new MessageContent(size, default, body), cancellation);

    private async ValueTask<Transmission> SendAsync(Envelope envelope, MessageContent content, CancellationToken cancellation)
    {
        if (!_open || _limits is { Reached: true })
            throw new InvalidOperationException("The session is not open, or its peer takes no more.");
        using var ending = Ending(cancellation);
        if (_limits is null && Capabilities.Limits != default)
            _limits = new LimitsWatch(Capabilities.Limits);
        ImmutableArray<RecipientResult> results = [];
        var (known, told) = (Capabilities.Dsn, false);
        try
        {
            var body = envelope.Body;
            if (Refusal.MayBeRefusedBody(Capabilities, body))
                body = await BodyNeed.OfAsync(content, body, cancellation);
            string? obstacle = null;
            var convert = _options.Convert8Bit && Refusal.MayBeRefusedBody(Capabilities, body);
            var plain = Refusal.MayNeedNoUtf8(Capabilities, envelope);
            if (convert || plain)
            {
                var plan = await SevenBitContent.PlanAsync(content, cancellation);
                if (plain && !plan.HasEightBitHeader)
                    envelope = envelope with { SmtpUtf8 = false };
                obstacle = convert ? plan.Obstacle : null;
                if (convert && obstacle is null)
                    (content, body) = (SevenBitContent.Of(content, plan), BodyType.SevenBit);
            }
            var mail = new OfferedMail(content.Size, body, SecondsLeft(envelope), obstacle);
            var exchange = await ExchangeAsync(content, envelope, mail, cancellation);
            results = await AgainWithoutDsnAsync(exchange, content, envelope, mail, cancellation);
            told = true;
        }
        finally
        {
            // The body could not be read to its end. Half a message stands with the peer: nothing may follow it, least of all a dot.
            if (!told)
                _wire.End(SessionPhase.Body, "the message could not be read");
        }
        ThrowIfEnded(cancellation);
        var taken = results.Any(result => result.Delivered);
        if (taken)
            MessagesSent++;
        return new Transmission
        {
            Recipients = results,
            SessionUsable = Usable,
            DsnLost = taken && results.Any(result => result.DsnLost),
            DsnKnown = known,
            DeliverByKnown = Capabilities.DeliverBy,
            Lmtp = _options.Lmtp,
            Fault = _wire.Fault,
        };
    }

    private async ValueTask<MailExchange> ExchangeAsync(MessageContent content, Envelope envelope, OfferedMail mail, CancellationToken cancellation)
    {
        var exchange = new MailExchange(_wire, Capabilities, envelope, mail);
        if (!await exchange.ExamineAsync(Tls, _limits))
            return exchange;
        _limits?.Begin();
        if (ByChunks(content, mail.Body))
            await SendByChunksAsync(exchange, content, envelope, mail.Body, cancellation);
        else
            await new BodyByData(exchange, content.Whole, content.Pieces).SendAsync(_leftOpen, cancellation);
        _leftOpen = exchange.LeftOpen;
        return exchange;
    }

    // A host that offers DSN and refuses its parameters would get no mail of whoever asks for a report. It is asked once more without them; where that helps, it
    // is not told of DSN again in this session, and what the sender wants to know is ours to say (RFC 3461 5.2.2).
    private async ValueTask<ImmutableArray<RecipientResult>> AgainWithoutDsnAsync(
        MailExchange exchange, MessageContent content, Envelope envelope, OfferedMail mail, CancellationToken cancellation)
    {
        var refused = exchange.RefusedForDsn();
        var (first, lost) = (exchange.Results(), !Capabilities.Dsn);
        if (refused.Length == 0 || _wire.Fault is not null || _limits is { Reached: true })
            return lost && DsnText.Asks(envelope) ? [.. first.Select(result => WithoutDsn(result, envelope))] : first;
        var offered = Capabilities;
        Capabilities = offered.WithoutDsn();
        var rest = envelope with { Recipients = [.. refused.Select(i => envelope.Recipients[i])] };
        var second = (await ExchangeAsync(content, rest, mail, cancellation)).Results();
        // What refuses the same without a word of DSN did not mean that.
        if (second.All(result => result.Reply is { IsPermanent: true }))
            Capabilities = offered;
        var results = first.ToBuilder();
        for (var i = 0; i < refused.Length; i++)
            results[refused[i]] = WithoutDsn(second[i], envelope);
        return results.MoveToImmutable();
    }

    private static RecipientResult WithoutDsn(RecipientResult result, Envelope envelope) =>
        result.Delivered && (DsnText.AsksOfMessage(envelope) || DsnText.AsksOf(result.Recipient)) ? result with { DsnLost = true } : result;

    // BDAT saves the wait for 354. Without PIPELINING each chunk has a wait of its own, and only a body of one chunk gains.
    private bool ByChunks(in MessageContent content, BodyType body) => body == BodyType.BinaryMime
        || Capabilities.Chunking && (Capabilities.Pipelining || content.Size is >= 0 and <= ChunkReader.Size);

    private async ValueTask SendByChunksAsync(MailExchange exchange, MessageContent content, Envelope envelope, BodyType body, CancellationToken cancellation)
    {
        // RFC 3030 4.2 lets BDAT go with MAIL and RCPT. One wait instead of two is worth a small body that may be sent in vain, but not to a
        // peer that is not known yet: with 250 to everything, one reply too many would be taken for the verdict, and MAIL refused or greylisted
        // is found out by the first message. So that goes in two steps, and only a session in which a message was taken goes on in one.
        // By LMTP no chunk goes ahead of a reply: how many replies follow a last one that nobody can take, no RFC says.
        var early = Capabilities.Pipelining && !_options.Lmtp && MessagesSent > 0 && content.Size is >= 0 and <= EarlySize && envelope.Recipients.Length <= MailExchange.GroupSize;
        await using var chunks = new ChunkReader(content, lines: body != BodyType.BinaryMime);
        await new BodyByChunks(exchange, chunks, Capabilities.Pipelining && !_options.Lmtp ? BodyByChunks.MostUnanswered : 1).SendAsync(_leftOpen, early, cancellation);
    }

    // RFC 2852 4: the time that is left, in whole seconds and at most nine digits; negative where it has passed.
    private int? SecondsLeft(Envelope envelope) => envelope.DeliverBy is { } by
        ? (int)Math.Clamp(Math.Floor((by - _time.GetUtcNow()).TotalSeconds), -999_999_999, 999_999_999)
        : null;
}
