using System.Buffers.Text;
using System.Text;

namespace Tell.Smtp.Server.Verbs;

/// <summary>
/// BDAT (RFC 3030 2): a chunk of the body, measured and not stuffed. Legal or not, its octets are taken off the line before the reply,
/// since what follows them is the next command. A chunk that fails ends the transaction; those behind it are out of order.
/// </summary>
internal static class ChunkVerb
{
    public static ValueTask Handle(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        if (TryParse(argument, out var size, out var last))
            return ReceiveAsync(session, size, last, stop);
        // Nobody can tell how many of the next octets are content, and content must never be taken for commands.
        session.Answer(Replies.ChunkSyntax);
        session.End = SessionEnd.OutOfStep;
        return default;
    }

    private static async ValueTask ReceiveAsync(SessionState session, long size, bool last, CancellationToken stop)
    {
        var body = OutOfOrder(session) is { } fault
            ? new BodyIntake(session, fault, null)
            : session.Mail!.Body ?? await OpenAsync(session, session.Mail, stop);
        body.Announce(size);
        var channel = session.Channel;
        for (var left = size; left > 0;)
        {
            var here = channel.Unread.Length > left ? channel.Unread.Slice(0, left) : channel.Unread;
            var taken = await body.TakeAsync(here);
            channel.Unread = channel.Unread.Slice(taken);
            left -= taken;
            if (left > 0 && !await body.MoreAsync())
                return;
        }
        if (last || body.IsRefused)
            await body.FinishAsync();
        else if (!body.EndsAsTooSlow())
            session.Answer(Replies.ChunkTaken);
    }

    private static async ValueTask<BodyIntake> OpenAsync(SessionState session, MailTransaction transaction, CancellationToken stop)
    {
        var envelope = transaction.Close();
        var (message, refusal) = await session.Receiver.OpenAsync(session.Facts, envelope, stop);
        return transaction.Body = message is null
            ? new BodyIntake(session, null, refusal)
            : new BodyIntake(session, message, envelope.Body, measured: true);
    }

    private static CannedReply? OutOfOrder(SessionState session) => session.Phase switch
    {
        Phases.Greeted => Replies.SayHello,
        // RFC 3030 2: it may have been sent before the reply to one that failed could be read, so it is no error.
        Phases.Ready => Replies.LateChunk,
        Phases.Mail => Replies.SayRecipient,
        _ => session.Facts.Extended ? null : Replies.SayExtendedHello,
    };

    // chunk-size [SP "LAST"]; a size that no number holds is one that no octets reach.
    private static bool TryParse(ReadOnlySpan<byte> argument, out long size, out bool last)
    {
        var space = argument.IndexOf((byte)' ');
        var digits = space < 0 ? argument : argument[..space];
        last = space >= 0;
        size = long.MaxValue;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        if (Utf8Parser.TryParse(digits, out long number, out _))
            size = number;
        return !last || Ascii.EqualsIgnoreCase(argument[space..].TrimStart((byte)' '), "LAST"u8);
    }
}
