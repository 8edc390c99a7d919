using Tell.Mail;
using Tell.Smtp.Tls;

namespace Tell.Smtp.Client;

/// <summary>
/// Why a message is not even offered to a peer: it lacks what the message needs (RFC 5321 and the extensions leave no other way than to return it).
/// The replies are ours, with the codes the RFCs give.
/// </summary>
internal static class Refusal
{
    private static readonly Reply TooBig = Reply.Of(552, "5.3.4", "Message size exceeds what the next host takes");
    private static readonly Reply NotEightBit = Reply.Of(554, "5.6.3", "The next host does not take 8-bit content and conversion is not available");
    private static readonly Reply NotBinary = Reply.Of(554, "5.6.3", "The next host does not take binary content and conversion is not available");
    private static readonly Reply NotUtf8 = Reply.Of(553, "5.6.7", "The next host does not take internationalized addresses or headers");
    private static readonly Reply NotTls = Reply.Of(550, "5.7.30", "REQUIRETLS support required, and this session has no TLS whose certificate was verified");
    private static readonly Reply NotRequireTls = Reply.Of(550, "5.7.30", "REQUIRETLS support required, and the next host does not offer it");
    private static readonly Reply Late = Reply.Of(554, "5.4.7", "The time to deliver the message in has passed");
    private static readonly Reply NotInTime = Reply.Of(554, "5.3.3", "The next host does not promise to deliver the message in time or return it");

    /// <summary>True where the body is declared as more than the peer takes: the content itself decides then.</summary>
    public static bool MayBeRefusedBody(Capabilities offered, BodyType body) =>
        body == BodyType.BinaryMime && !offered.BinaryMime || body == BodyType.EightBitMime && !offered.EightBitMime;

    /// <summary>True where a message is declared SMTPUTF8, which the peer does not know, and its addresses do not need it: its headers decide then (RFC 6531 3.1).</summary>
    public static bool MayNeedNoUtf8(Capabilities offered, Envelope envelope) => envelope is { SmtpUtf8: true, Sender: null or { IsAscii: true } } && !offered.SmtpUtf8;

    /// <summary>Why the whole message is refused; null where it is not.</summary>
    /// <param name="offered">What the peer offers.</param>
    /// <param name="tls">The TLS of the session; null for none.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="mail">What the content needs and the time that is left.</param>
    public static Reply? OfMessage(Capabilities offered, TlsFacts? tls, Envelope envelope, in OfferedMail mail)
    {
        // RFC 8689 4.2.1: only over TLS with a certificate that was checked by DANE or by a trusted root, and only to who passes the demand on.
        if (envelope.RequireTls && tls is null or { Verified: TlsVerification.None })
            return NotTls;
        if (envelope.RequireTls && !offered.RequireTls)
            return NotRequireTls;
        if ((envelope.SmtpUtf8 || envelope.Sender is { IsAscii: false }) && !offered.SmtpUtf8)
            return NotUtf8;
        // RFC 6152 3: eight-bit content goes to nobody who has not offered to take it; RFC 3030 3: nor binary content.
        if (MayBeRefusedBody(offered, mail.Body))
            return mail.Obstacle is { } obstacle ? NotConverted(mail.Body, obstacle) : mail.Body == BodyType.BinaryMime ? NotBinary : NotEightBit;
        if (mail.Size > offered.MaxSize)
            return TooBig;
        return envelope.DeliverByReturns && mail.Seconds is { } seconds ? OfTime(offered, seconds) : null;
    }

    // RFC 3463 3.7, X.6.3: conversion is needed, and not to be had.
    private static Reply NotConverted(BodyType body, string obstacle) =>
        Reply.Of(554, "5.6.3", $"The next host does not take {(body == BodyType.BinaryMime ? "binary" : "8-bit")} content, and the message cannot be converted: {obstacle}");

    /// <summary>Why one recipient is refused; null where it is not.</summary>
    public static Reply? OfRecipient(Capabilities offered, Recipient recipient) =>
        !recipient.Address.IsAscii && !offered.SmtpUtf8 ? NotUtf8 : null;

    // RFC 2852 4: mail that is to be returned when its time has passed is not relayed after that time, nor to a host which does not know of it or
    // wants more time. Mail of mode N is relayed all the same.
    private static Reply? OfTime(Capabilities offered, int seconds) =>
        seconds <= 0 ? Late : !offered.DeliverBy || seconds < offered.DeliverByMinimum ? NotInTime : null;
}
