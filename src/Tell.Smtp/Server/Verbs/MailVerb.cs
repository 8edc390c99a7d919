using System.Buffers.Text;
using System.Text;
using Tell.Mail;
using Tell.Smtp.Wire;

namespace Tell.Smtp.Server.Verbs;

/// <summary>MAIL (RFC 5321 4.1.1.2) with SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8 (RFC 6531) and AUTH (RFC 4954 5).</summary>
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
        session.Mail = new MailTransaction(envelope);
        session.Answer(Replies.SenderOk);
    }

    private static CannedReply? Parse(SessionState session, ReadOnlySpan<byte> argument, out Envelope? envelope)
    {
        envelope = null;
        if (!PathReader.TrySplit(argument, "FROM:"u8, out var path, out var rest))
            return Replies.MailSyntax;
        var options = new Options();
        if (Parameters(session, rest, ref options) is { } fault)
            return fault;
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
            DeclaredSize = options.Size,
            Submission = session.Submission(options.Utf8),
        };
        return null;
    }

    private static CannedReply? Parameters(SessionState session, ReadOnlySpan<byte> rest, ref Options options)
    {
        var reader = new ParameterReader(rest);
        bool size = false, body = false, auth = false;
        while (reader.TryNext(out var name, out var value))
        {
            // RFC 5321 2.2.1: extensions are for those who said EHLO.
            if (!session.Facts.Extended)
                return Replies.UnknownParameter;
            CannedReply? fault;
            if (Ascii.EqualsIgnoreCase(name, "SIZE"u8))
                fault = Once(ref size) ?? Size(session, value, ref options);
            else if (Ascii.EqualsIgnoreCase(name, "BODY"u8))
                fault = Once(ref body) ?? Body(value, ref options);
            else if (Ascii.EqualsIgnoreCase(name, "SMTPUTF8"u8))
                fault = value.IsEmpty ? Once(ref options.Utf8) : Replies.ParameterSyntax;
            else if (Ascii.EqualsIgnoreCase(name, "AUTH"u8) && Extensions.Authentication.IsOffered(session))
                fault = Once(ref auth) ?? Authority(value);
            else
                fault = Replies.UnknownParameter;
            if (fault is not null)
                return fault;
        }
        return reader.IsMalformed ? Replies.ParameterSyntax : null;
    }

    private static CannedReply? Once(ref bool seen)
    {
        var again = seen;
        seen = true;
        return again ? Replies.ParameterSyntax : null;
    }

    // RFC 1870 6.1: refused now, before the client has sent anything.
    private static CannedReply? Size(SessionState session, ReadOnlySpan<byte> value, ref Options options)
    {
        if (value.Length is 0 or > 20 || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return Replies.ParameterSyntax;
        if (!Utf8Parser.TryParse(value, out long size, out _) || size > session.Options.MaxMessageSize)
            return Replies.TooLarge;
        options.Size = size;
        return null;
    }

    private static CannedReply? Body(ReadOnlySpan<byte> value, ref Options options)
    {
        if (Ascii.EqualsIgnoreCase(value, "8BITMIME"u8))
            options.Body = BodyType.EightBitMime;
        else if (Ascii.EqualsIgnoreCase(value, "BINARYMIME"u8))
            return Replies.ParameterNotImplemented;
        else if (!Ascii.EqualsIgnoreCase(value, "7BIT"u8))
            return Replies.ParameterSyntax;
        return null;
    }

    // RFC 4954 5: who first submitted the message, as far as the client knows. Nobody here trusts it, so it is as good as AUTH=<>.
    private static CannedReply? Authority(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("<>"u8) || (!value.IsEmpty && Xtext.TryDecode(Encoding.Latin1.GetString(value), out _)) ? null : Replies.ParameterSyntax;

    private ref struct Options
    {
        public long? Size;
        public BodyType Body;
        public bool Utf8;
    }
}
