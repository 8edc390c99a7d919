using System.Text;
using Tell.Mail;
using Tell.Smtp.Server.Parameters;
using Tell.Smtp.Wire;

namespace Tell.Smtp.Server.Verbs;

/// <summary>RCPT (RFC 5321 4.1.1.3) with the parameters of <see cref="RecipientParameters"/>.</summary>
internal static class RecipientVerb
{
    public static ValueTask Handle(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        var transaction = session.Mail!;
        var fault = Parse(session, transaction.Opened, argument, out var recipient);
        // RFC 5321 4.5.3.1.10: 452 is for now, the client sends the rest in a transaction of their own.
        if (fault is null && transaction.Count >= session.Options.MaxRecipients)
            fault = Replies.TooManyRecipients;
        if (fault is null)
            return DecideAsync(session, transaction, recipient!, stop);
        session.Counts.RecipientsRefused++;
        session.Answer(fault);
        return default;
    }

    private static async ValueTask DecideAsync(SessionState session, MailTransaction transaction, Recipient recipient, CancellationToken stop)
    {
        if (await session.Receiver.OnRecipientAsync(session.Facts, transaction.Opened, recipient, stop) is { } refusal)
        {
            session.Counts.RecipientsRefused++;
            session.Answer(refusal);
            return;
        }
        transaction.Add(recipient);
        session.Counts.Recipients++;
        session.Answer(Replies.RecipientOk);
    }

    private static CannedReply? Parse(SessionState session, Envelope envelope, ReadOnlySpan<byte> argument, out Recipient? recipient)
    {
        recipient = null;
        if (!PathReader.TrySplit(argument, "TO:"u8, out var path, out var rest))
            return Replies.RecipientSyntax;
        var options = new RecipientOptions { Utf8 = envelope.SmtpUtf8 };
        if (RecipientParameters.Table.Read(session, rest, ref options) is { } fault)
            return fault;
        if (!envelope.SmtpUtf8 && !Ascii.IsValid(path))
            return Replies.NeedsUtf8;
        if (!TryAddress(session, path, out var address))
            return Replies.AddressSyntax;
        recipient = new Recipient(address!) { Notify = options.Notify, OriginalRecipient = options.OriginalRecipient };
        return null;
    }

    private static bool TryAddress(SessionState session, ReadOnlySpan<byte> path, out Mailbox? address)
    {
        // RFC 5321 4.5.1: postmaster without a domain, in any case, is always the postmaster of this host.
        if (Ascii.EqualsIgnoreCase(path, "postmaster"u8) && Domain.TryParse(session.Options.HostName, out var here))
            return Mailbox.TryCreate(Encoding.ASCII.GetString(path), here, out address);
        return PathReader.TryMailbox(path, out address);
    }
}
