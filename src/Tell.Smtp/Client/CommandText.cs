using System.Buffers;
using System.Text.Unicode;
using Tell.Mail;

namespace Tell.Smtp.Client;

/// <summary>
/// Writes the commands of a client. A mailbox cannot hold a control character, nor a host name here, and what else a sender gave is written in
/// xtext, so no value can end a command. Parameters are written only where the peer knows them.
/// </summary>
internal static class CommandText
{
    // RFC 5321 4.5.3.1: 64 octets of local part (twice that when quoted), 255 of domain, and a parameter.
    private const int Room = 1024;

    // RFC 3461 4.4 and 4.2, in xtext. What is longer came in by no SMTP, and is better not passed on than cut.
    private const int MaxEnvelopeId = 100;

    public static void Hello(IBufferWriter<byte> output, string verb, string hostName)
    {
        Utf8.TryWrite(output.GetSpan(Room), $"{verb} {hostName}\r\n", out var written);
        output.Advance(written);
    }

    public static void Mail(IBufferWriter<byte> output, Envelope envelope, Capabilities offered, in OfferedMail mail, bool utf8)
    {
        Utf8.TryWrite(output.GetSpan(Room), $"MAIL FROM:<{envelope.Sender?.ToString()}>", out var written);
        output.Advance(written);
        if (offered.Size && mail.Size >= 0)
        {
            Utf8.TryWrite(output.GetSpan(Room), $" SIZE={mail.Size}", out written);
            output.Advance(written);
        }
        if (mail.Body != BodyType.SevenBit)
            output.Write(mail.Body == BodyType.BinaryMime ? " BODY=BINARYMIME"u8 : " BODY=8BITMIME"u8);
        if (utf8)
            output.Write(" SMTPUTF8"u8);
        // RFC 8689 4.2.1: the message has come so far only where the peer offers it and the session may be trusted.
        if (envelope.RequireTls)
            output.Write(" REQUIRETLS"u8);
        if (offered.Dsn)
            Report(output, envelope);
        if (offered.MtPriority && envelope.MtPriority is { } priority)
        {
            Utf8.TryWrite(output.GetSpan(Room), $" MT-PRIORITY={priority}", out written);
            output.Advance(written);
        }
        if (offered.DeliverBy && mail.Seconds is { } seconds)
        {
            Utf8.TryWrite(output.GetSpan(Room), $" BY={seconds};{(envelope.DeliverByReturns ? 'R' : 'N')}{(envelope.DeliverByTrace ? "T" : "")}", out written);
            output.Advance(written);
        }
        output.Write("\r\n"u8);
    }

    public static void Recipient(IBufferWriter<byte> output, Recipient recipient, bool dsn)
    {
        Utf8.TryWrite(output.GetSpan(Room), $"RCPT TO:<{recipient.Address.ToString()}>", out var written);
        output.Advance(written);
        if (dsn && recipient.Notify != Notify.Unspecified)
            Notification(output, recipient.Notify);
        // RFC 6533 3: written in US-ASCII whatever its type, which is good for every peer, with SMTPUTF8 or without.
        if (dsn && recipient.OriginalRecipient is { } original && OriginalRecipient.Format(original) is { Length: > 0 and <= OriginalRecipient.MaxLength } coded)
        {
            Utf8.TryWrite(output.GetSpan(Room), $" ORCPT={coded}", out written);
            output.Advance(written);
        }
        output.Write("\r\n"u8);
    }

    /// <summary>BDAT (RFC 3030 2); the octets follow its CRLF.</summary>
    public static void Chunk(IBufferWriter<byte> output, long octets, bool last)
    {
        Utf8.TryWrite(output.GetSpan(Room), $"BDAT {octets}{(last ? " LAST" : "")}\r\n", out var written);
        output.Advance(written);
    }

    // RFC 3461 4.3, 4.4.
    private static void Report(IBufferWriter<byte> output, Envelope envelope)
    {
        if (envelope.Return != ReturnContent.Unspecified)
            output.Write(envelope.Return == ReturnContent.Full ? " RET=FULL"u8 : " RET=HDRS"u8);
        if (envelope.EnvelopeId is not { } id || Xtext.Encode(id) is not { Length: > 0 and <= MaxEnvelopeId } coded)
            return;
        Utf8.TryWrite(output.GetSpan(Room), $" ENVID={coded}", out var written);
        output.Advance(written);
    }

    // RFC 3461 4.1: NEVER stands alone.
    private static void Notification(IBufferWriter<byte> output, Notify notify)
    {
        var separator = " NOTIFY="u8;
        if (notify.HasFlag(Notify.Never))
            Next(output, ref separator, "NEVER"u8);
        else
        {
            if (notify.HasFlag(Notify.Success))
                Next(output, ref separator, "SUCCESS"u8);
            if (notify.HasFlag(Notify.Failure))
                Next(output, ref separator, "FAILURE"u8);
            if (notify.HasFlag(Notify.Delay))
                Next(output, ref separator, "DELAY"u8);
        }

        static void Next(IBufferWriter<byte> output, ref ReadOnlySpan<byte> separator, ReadOnlySpan<byte> word)
        {
            output.Write(separator);
            output.Write(word);
            separator = ","u8;
        }
    }
}
