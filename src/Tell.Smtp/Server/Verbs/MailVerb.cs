using System.Text;
using Tell.Mail;
using Tell.Smtp.Server.Parameters;
using Tell.Smtp.Wire;

namespace Tell.Smtp.Server.Verbs;

/// <summary>MAIL (RFC 5321 4.1.1.2) with the parameters of <see cref="MailParameters"/>.</summary>
internal static class MailVerb
{
    public static ValueTask Handle(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        // RFC 6409 4.3.
        if (session.Options.RequireAuthentication && session.Facts.User is null)
        {
            session.Answer(Replies.AuthenticationRequired);
            return default;
        }
        // RFC 9422 4.1: the client was told in LIMITS.
        if (session.Options.MaxMessages > 0 && session.Counts.Transactions >= session.Options.MaxMessages)
        {
            session.End = SessionEnd.TooManyMessages;
            session.Answer(Replies.TooManyMessages);
            return default;
        }
        var fault = Parse(session, argument, out var envelope);
        if (fault is null)
            return DecideAsync(session, envelope!, stop);
        session.Answer(fault);
        return default;
    }

    private static async ValueTask DecideAsync(SessionState session, Envelope envelope, CancellationToken stop)
    {
        if (await session.Receiver.OnMailAsync(session.Facts, envelope, stop) is { } refusal)
        {
            session.Answer(refusal);
            return;
        }
        session.Counts.Transactions++;
        if (envelope.MtPriority is { } asked && session.Receiver.PriorityOf(session.Facts, envelope, asked) is var priority && priority != asked)
        {
            session.Mail = new MailTransaction(envelope with { MtPriority = priority });
            // RFC 6710 4.1: the status says that the priority was changed, the first word of the text to what.
            session.Answer(Reply.Of(250, "2.3.6", $"{priority} is the priority that the message has here"));
            return;
        }
        session.Mail = new MailTransaction(envelope);
        session.Answer(Replies.SenderOk);
    }

    private static CannedReply? Parse(SessionState session, ReadOnlySpan<byte> argument, out Envelope? envelope)
    {
        envelope = null;
        if (!PathReader.TrySplit(argument, "FROM:"u8, out var path, out var rest))
            return Replies.MailSyntax;
        var options = new MailOptions();
        if (MailParameters.Table.Read(session, rest, ref options) is { } fault)
            return fault;
        if (options.DeliverByReturns && options.NotBefore >= options.DeliverBy)
            return Replies.NeverInTime;
        Mailbox? sender = null;
        if (!path.IsEmpty)
        {
            if (!options.Utf8 && !Ascii.IsValid(path))
                return Replies.NeedsUtf8;
            if (!PathReader.TryMailbox(path, out sender))
                return Replies.SenderSyntax;
        }
        envelope = new Envelope
        {
            Sender = sender,
            Body = options.Body,
            SmtpUtf8 = options.Utf8,
            RequireTls = options.RequireTls,
            DeclaredSize = options.Size,
            EnvelopeId = options.EnvelopeId,
            Return = options.Return,
            MtPriority = options.MtPriority,
            DeliverBy = options.DeliverBy,
            DeliverByReturns = options.DeliverByReturns,
            DeliverByTrace = options.DeliverByTrace,
            NotBefore = options.NotBefore,
            Submission = session.Submission(options.Utf8),
        };
        return null;
    }
}
