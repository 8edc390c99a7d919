using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Tell.Mail;
using Tell.Smtp.Tls;

namespace Tell.Smtp.Client;

/// <summary>
/// The envelope of one message in commands and replies, and what came of each recipient; how the body goes is an <see cref="IBodyTransfer"/>.
/// Groups (RFC 2920) hold at most 100 recipients, so that what waits in buffers is bounded whatever the envelope.
/// </summary>
internal sealed class MailExchange(ClientWire wire, Capabilities offered, Envelope envelope, OfferedMail mail)
{
    /// <summary>The most recipients in one group.</summary>
    public const int GroupSize = 100;

    private readonly RecipientResult?[] _results = new RecipientResult?[envelope.Recipients.Length];
    private Reply? _verdict;
    private bool _takenForSome;
    private int _accepted;
    private SessionPhase _decided;

    /// <summary>The connection.</summary>
    public ClientWire Wire => wire;

    /// <summary>True where the body was announced in the group of the last RCPT.</summary>
    public bool Announced { get; private set; }

    /// <summary>True where the peer may hold an open transaction, which RSET has to end before the next MAIL.</summary>
    public bool LeftOpen { get; set; }

    /// <summary>True where the body is wanted: the peer took a recipient, and has refused nothing for all.</summary>
    public bool Wanted => _verdict is null && _accepted > 0;

    /// <summary>True where the peer took the message for someone.</summary>
    public bool Taken => _takenForSome || _decided == SessionPhase.EndOfData && _verdict is { IsPositive: true };

    /// <summary>Refuses, without a word to the peer, what it cannot take. False where nothing is left to send, or the peer has gone meanwhile.</summary>
    public async ValueTask<bool> ExamineAsync(TlsFacts? tls, LimitsWatch? limits)
    {
        var refusal = Refusal.OfMessage(offered, tls, envelope, mail);
        var (left, refused) = (0, 0);
        for (var i = 0; i < _results.Length; i++)
        {
            var recipient = envelope.Recipients[i];
            if ((refusal ?? Refusal.OfRecipient(offered, recipient)) is { } reply)
            {
                _results[i] = new RecipientResult(recipient, reply, SessionPhase.Mail);
                refused++;
            }
            else if (limits?.Admit(recipient) is { } later)
            {
                _results[i] = new RecipientResult(recipient, later, SessionPhase.Mail) { LeftForNext = true };
            }
            else
            {
                left++;
            }
        }
        // A refusal is for good: it may not rest on what a session offered that the peer has closed since. The next one may offer more.
        if (refused == 0 || !wire.Interrupted)
            return left > 0;
        await wire.InterruptionAsync(SessionPhase.Mail);
        Array.Clear(_results);
        return false;
    }

    /// <summary>
    /// MAIL and RCPT, and with PIPELINING what the body announces, after RSET where the message before left something open. True where all was
    /// answered that came before the body; <see cref="Wanted"/> says how.
    /// </summary>
    public async ValueTask<bool> ProposeAsync(bool reset, IBodyTransfer body)
    {
        LeftOpen = reset;
        if (!await StillOpenAsync(SessionPhase.Mail))
            return false;
        if (reset)
            wire.Output.Write("RSET\r\n"u8);
        if (reset && !offered.Pipelining)
        {
            wire.Send();
            if (!await ResetAsync() || !await StillOpenAsync(SessionPhase.Mail))
                return false;
        }
        var utf8 = envelope.SmtpUtf8 || envelope.Sender is { IsAscii: false } || AnyUtf8Recipient();
        CommandText.Mail(wire.Output, envelope, offered, mail, utf8);
        return offered.Pipelining ? await ProposeGroupedAsync(reset, body) : await ProposeSinglyAsync();
    }

    /// <summary>
    /// The reply that decides for every recipient who is not refused yet; the first stays. What becomes of the message is known from here on.
    /// </summary>
    public void Decide(Reply reply, SessionPhase phase)
    {
        if (_verdict is null)
            (_verdict, _decided) = (reply, phase);
        wire.InDoubt = false;
    }

    /// <summary>
    /// What an LMTP server says of the whole message: one reply for each recipient that it took at RCPT, in their order (RFC 2033 4.2). Where the replies
    /// end early, those that came count.
    /// </summary>
    public async ValueTask VerdictsAsync()
    {
        var left = _accepted;
        for (var i = 0; left > 0; i++)
        {
            // Refused, or not offered.
            if (_results[i] is not null)
                continue;
            var reply = await wire.ReadReplyAsync(SessionPhase.EndOfData);
            left--;
            if (reply is null || wire.Fault is not null)
            {
                // 421 is the reply for one; what became of the others, who come after, nobody knows.
                if (reply is null)
                    return;
                _results[i] = new RecipientResult(envelope.Recipients[i], reply, SessionPhase.EndOfData);
                if (left > 0)
                    wire.Doubt();
                return;
            }
            if (reply.Code < 400 && !reply.IsPositive)
            {
                wire.Confuse(SessionPhase.EndOfData, $"the peer replied to the end of data with \"{reply}\"");
                return;
            }
            _results[i] = new RecipientResult(envelope.Recipients[i], reply, SessionPhase.EndOfData);
            _takenForSome |= reply.IsPositive;
        }
        LeftOpen = false;
        if (!wire.Spoke)
            wire.InDoubt = false;
        else
            await TooManyVerdictsAsync();
    }

    // One reply too many: a server that has a word for the refused as well, and then each was about another than it seemed. Only where all are of success it
    // does not matter which is whose: to send it again would be one more copy for everybody. The session ends in any case.
    private async ValueTask TooManyVerdictsAsync()
    {
        const string TooMany = "the peer has more replies than it took recipients";
        var allTaken = _results.All(result => result is not { Phase: SessionPhase.EndOfData, Reply.IsPositive: false });
        do
        {
            var reply = await wire.ReadReplyAsync(SessionPhase.EndOfData);
            if (reply is { Code: 421 })
            {
                wire.InDoubt = false;
                return;
            }
            if (!allTaken || reply is not { IsPositive: true })
            {
                wire.Confuse(SessionPhase.EndOfData, TooMany);
                return;
            }
        }
        while (wire.Spoke);
        wire.InDoubt = false;
        wire.End(SessionPhase.EndOfData, TooMany);
    }

    /// <summary>
    /// True where the peer waits for us in silence. Nothing is outstanding here: what it says now belongs to no command, and must not be taken
    /// for the reply to the next one. Before MAIL it is most often an idle session that the peer has closed.
    /// </summary>
    public async ValueTask<bool> StillOpenAsync(SessionPhase phase)
    {
        if (!wire.Interrupted && await wire.ReadyAsync(phase))
            return true;
        await wire.InterruptionAsync(phase);
        return false;
    }

    /// <summary>
    /// The recipients whom the peer refused for what was said of DSN (RFC 3461), although it offers that: not for their addresses. Empty where there are none.
    /// </summary>
    public int[] RefusedForDsn()
    {
        if (!offered.Dsn || wire.Fault is not null)
            return [];
        var message = _decided == SessionPhase.Mail && _verdict is { } verdict && DislikesParameters(verdict) && DsnText.AsksOfMessage(envelope);
        return [.. Enumerable.Range(0, _results.Length).Where(i => _results[i] is { } result
            ? result is { Phase: SessionPhase.Recipient, Reply: { } reply } && DislikesParameters(reply) && DsnText.AsksOf(envelope.Recipients[i])
            : message)];
    }

    /// <summary>One result for each recipient.</summary>
    public ImmutableArray<RecipientResult> Results()
    {
        for (var i = 0; i < _results.Length; i++)
        {
            // A confused peer's replies may each belong to another recipient than it seems: none of them is believed.
            if (_results[i] is { } result && !(wire.Confused && result.Phase is SessionPhase.Recipient or SessionPhase.EndOfData))
                continue;
            var recipient = envelope.Recipients[i];
            _results[i] = _verdict is { } verdict && !wire.Confused
                ? new RecipientResult(recipient, verdict, _decided)
                : new RecipientResult(recipient, wire.Fault?.Reply, wire.Fault?.Phase ?? SessionPhase.Mail) { InDoubt = wire.Fault is { InDoubt: true } };
        }
        return ImmutableCollectionsMarshal.AsImmutableArray<RecipientResult>(_results!);
    }

    private async ValueTask<bool> ProposeGroupedAsync(bool reset, IBodyTransfer body)
    {
        for (var next = 0; ;)
        {
            var first = next;
            next = WriteRecipients(first);
            var last = next == _results.Length;
            if (last)
            {
                body.Announce(wire.Output);
                Announced = true;
            }
            wire.Send();
            if (first == 0 && ((reset && !await ResetAsync()) || !await MailAsync()))
                return false;
            for (var i = first; i < next; i++)
            {
                if (_results[i] is null && !await RecipientAsync(i))
                    return false;
            }
            if (last)
                return true;
            if (_verdict is not null || !await StillOpenAsync(SessionPhase.Recipient))
                return false;
        }
    }

    private async ValueTask<bool> ProposeSinglyAsync()
    {
        wire.Send();
        if (!await MailAsync() || _verdict is not null)
            return false;
        for (var i = 0; i < _results.Length; i++)
        {
            if (_results[i] is not null)
                continue;
            if (!await StillOpenAsync(SessionPhase.Recipient))
                return false;
            CommandText.Recipient(wire.Output, envelope.Recipients[i], offered.Dsn);
            wire.Send();
            if (!await RecipientAsync(i))
                return false;
        }
        return true;
    }

    private int WriteRecipients(int next)
    {
        for (var written = 0; next < _results.Length && written < GroupSize; next++)
        {
            if (_results[next] is not null)
                continue;
            CommandText.Recipient(wire.Output, envelope.Recipients[next], offered.Dsn);
            written++;
        }
        return next;
    }

    private async ValueTask<bool> ResetAsync()
    {
        var reply = await wire.ReadReplyAsync(SessionPhase.Reset);
        if (reply is { IsPositive: false } && wire.Fault is null)
            wire.Confuse(SessionPhase.Reset, $"the peer replied to RSET with \"{reply}\"");
        LeftOpen = wire.Fault is not null;
        return wire.Fault is null;
    }

    private async ValueTask<bool> MailAsync()
    {
        var reply = await wire.ReadReplyAsync(SessionPhase.Mail);
        if (reply is null || wire.Fault is not null)
            return false;
        if (reply.Code is >= 300 and < 400)
            return !wire.Confuse(SessionPhase.Mail, $"the peer replied to MAIL with \"{reply}\"");
        if (reply.IsPositive)
            LeftOpen = true;
        else
            Decide(reply, SessionPhase.Mail);
        return true;
    }

    private async ValueTask<bool> RecipientAsync(int index)
    {
        var reply = await wire.ReadReplyAsync(SessionPhase.Recipient);
        if (reply is null || wire.Fault is not null)
            return false;
        if (reply.Code is >= 300 and < 400)
            return !wire.Confuse(SessionPhase.Recipient, $"the peer replied to RCPT with \"{reply}\"");
        if (_verdict is not null)
            return true;
        if (reply.IsPositive)
            _accepted++;
        else
            _results[index] = new RecipientResult(envelope.Recipients[index], TooMany(reply), SessionPhase.Recipient);
        return true;
    }

    // RFC 5321 4.1.1.11: 555 for a parameter that is not known or not possible; 501 and 504 are what others say. A fault of the address has 5.1.x.
    private static bool DislikesParameters(Reply reply) => reply.Code is 501 or 504 or 555 && (reply.Status.IsNone || reply.Status.Subject is 0 or 5);

    // RFC 5321 4.5.3.1.10: 552 to RCPT after others were taken has long meant "too many recipients", and is to be treated as 452.
    private Reply TooMany(Reply reply) => reply.Code == 552 && _accepted > 0 && (reply.Status.IsNone || reply.Status is { Subject: 5, Detail: 3 })
        ? new Reply(452, new EnhancedStatus(4, 5, 3), reply.Lines)
        : reply;

    private bool AnyUtf8Recipient()
    {
        for (var i = 0; i < _results.Length; i++)
        {
            if (_results[i] is null && !envelope.Recipients[i].Address.IsAscii)
                return true;
        }
        return false;
    }
}
