namespace Tell.Smtp.Server.Verbs;

/// <summary>DATA (RFC 5321 4.1.1.4).</summary>
internal static class DataVerb
{
    public static ValueTask Handle(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        if (argument.IsEmpty && session.Mail is { Count: > 0 } transaction)
            return ReceiveAsync(session, transaction, stop);
        session.Answer(argument.IsEmpty ? Replies.NoRecipients : Replies.NoArgument);
        return default;
    }

    private static async ValueTask ReceiveAsync(SessionState session, MailTransaction transaction, CancellationToken stop)
    {
        var (message, refusal) = await session.Receiver.OpenAsync(session.Facts, transaction.Close(), stop);
        if (message is null)
        {
            session.Answer(refusal!);
            return;
        }
        try
        {
            session.Answer(Replies.StartData);
            var intake = new BodyIntake(session, message);
            if (await intake.ReadAsync())
                await intake.FinishAsync();
        }
        finally
        {
            // Uncommitted it leaves nothing: so a client that vanishes, at whatever octet, leaves nothing.
            await session.Receiver.DisposeAsync(message);
        }
    }
}
