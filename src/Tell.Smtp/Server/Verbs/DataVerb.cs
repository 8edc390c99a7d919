using Tell.Mail;

namespace Tell.Smtp.Server.Verbs;

/// <summary>DATA (RFC 5321 4.1.1.4).</summary>
internal static class DataVerb
{
    public static ValueTask Handle(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        var transaction = session.Mail!;
        var fault = !argument.IsEmpty ? Replies.NoArgument
            : transaction.Count == 0 ? Replies.NoRecipients
            // RFC 3030 3: what is binary cannot be sent by DATA.
            : transaction.Opened.Body == BodyType.BinaryMime ? Replies.BinaryNeedsChunks
            : null;
        if (fault is null)
            return ReceiveAsync(session, transaction, stop);
        session.Answer(fault);
        return default;
    }

    private static async ValueTask ReceiveAsync(SessionState session, MailTransaction transaction, CancellationToken stop)
    {
        var envelope = transaction.Close();
        var (message, refusal) = await session.Receiver.OpenAsync(session.Facts, envelope, stop);
        if (message is null)
        {
            session.Answer(refusal!);
            return;
        }
        var body = transaction.Body = new BodyIntake(session, message, envelope.Body, measured: false);
        session.Answer(Replies.StartData);
        var channel = session.Channel;
        while (true)
        {
            var taken = await body.TakeAsync(channel.Unread);
            channel.Unread = channel.Unread.Slice(taken);
            if (body.Ended)
                break;
            if (!await body.MoreAsync())
                return;
        }
        await body.FinishAsync();
    }
}
