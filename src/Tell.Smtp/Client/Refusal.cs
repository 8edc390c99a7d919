using Tell.Mail;

namespace Tell.Smtp.Client;

/// <summary>
/// Why a message is not even offered to a peer: it lacks what the message needs (RFC 5321 and the extensions leave no other way than to return it).
/// The replies are ours, with the codes the RFCs give.
/// </summary>
internal static class Refusal
{
    private static readonly Reply TooBig = Reply.Of(552, "5.3.4", "Message size exceeds what the next host takes");
    private static readonly Reply NotEightBit = Reply.Of(554, "5.6.3", "The next host does not take 8-bit content and conversion is not available");
    private static readonly Reply NotUtf8 = Reply.Of(553, "5.6.7", "The next host does not take internationalized addresses or headers");
    private static readonly Reply NotTls = Reply.Of(550, "5.7.30", "The message requires TLS, which this session does not have");

    /// <summary>Why the whole message is refused; null where it is not.</summary>
    public static Reply? OfMessage(Capabilities offered, Envelope envelope, long size)
    {
        // RFC 8689 4.2.1: without REQUIRETLS at the next host, and no session has TLS here, the message is not sent.
        if (envelope.RequireTls)
            return NotTls;
        if ((envelope.SmtpUtf8 || envelope.Sender is { IsAscii: false }) && !offered.SmtpUtf8)
            return NotUtf8;
        // RFC 6152 3: eight-bit content goes to nobody who has not offered to take it. BINARYMIME needs BDAT (RFC 3030 3).
        if (envelope.Body == BodyType.BinaryMime || envelope.Body == BodyType.EightBitMime && !offered.EightBitMime)
            return NotEightBit;
        return size > offered.MaxSize ? TooBig : null;
    }

    /// <summary>Why one recipient is refused; null where it is not.</summary>
    public static Reply? OfRecipient(Capabilities offered, Recipient recipient) =>
        !recipient.Address.IsAscii && !offered.SmtpUtf8 ? NotUtf8 : null;
}
