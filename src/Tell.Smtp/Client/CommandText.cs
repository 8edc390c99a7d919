using System.Buffers;
using System.Text.Unicode;
using Tell.Mail;

namespace Tell.Smtp.Client;

/// <summary>
/// Writes the commands of a client. A mailbox cannot hold a control character, nor a host name here, so no value can end a command.
/// </summary>
internal static class CommandText
{
    // RFC 5321 4.5.3.1: 64 octets of local part (twice that when quoted), 255 of domain, and the parameters.
    private const int Room = 1024;

    public static void Hello(IBufferWriter<byte> output, string verb, string hostName)
    {
        Utf8.TryWrite(output.GetSpan(Room), $"{verb} {hostName}\r\n", out var written);
        output.Advance(written);
    }

    public static void Mail(IBufferWriter<byte> output, Mailbox? sender, long? size, bool eightBit, bool utf8)
    {
        Utf8.TryWrite(output.GetSpan(Room), $"MAIL FROM:<{sender?.ToString()}>", out var written);
        output.Advance(written);
        if (size is { } octets)
        {
            Utf8.TryWrite(output.GetSpan(Room), $" SIZE={octets}", out written);
            output.Advance(written);
        }
        if (eightBit)
            output.Write(" BODY=8BITMIME"u8);
        output.Write(utf8 ? " SMTPUTF8\r\n"u8 : "\r\n"u8);
    }

    public static void Recipient(IBufferWriter<byte> output, Mailbox recipient)
    {
        Utf8.TryWrite(output.GetSpan(Room), $"RCPT TO:<{recipient.ToString()}>\r\n", out var written);
        output.Advance(written);
    }
}
