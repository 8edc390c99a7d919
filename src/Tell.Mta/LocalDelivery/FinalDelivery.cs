using Tell.Mail;

namespace Tell.Mta.LocalDelivery;

/// <summary>What the last host says in front of a message (RFC 5321 4.4, RFC 9228).</summary>
/// <param name="Sender">The reverse path; null is the null one, "&lt;&gt;".</param>
/// <param name="Recipient">Whom it was for.</param>
internal sealed record FinalDelivery(Mailbox? Sender, Mailbox Recipient)
{
    /// <summary>The fields Return-Path and Delivered-To, lines with LF.</summary>
    public byte[] ToFields() => System.Text.Encoding.UTF8.GetBytes($"Return-Path: <{Sender}>\nDelivered-To: {Recipient}\n");
}
