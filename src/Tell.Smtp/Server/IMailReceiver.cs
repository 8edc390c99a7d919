using Tell.Mail;

namespace Tell.Smtp.Server;

/// <summary>
/// Where a server session takes its decisions and hands its mail: implemented above, since a session knows no store, no directory and
/// no settings. An exception out of a member is answered with 451 and logged by the session's owner; the session goes on.
/// </summary>
public interface IMailReceiver
{
    /// <summary>
    /// Whoever connected has said for whom it speaks, by a PROXY header before the banner or by XCLIENT: null lets that client in, a 4xx or
    /// 5xx reply is the last thing that it hears.
    /// </summary>
    Reply? OnClient(SessionFacts session) => null;

    /// <summary>
    /// The client has been answered with 5yz for something of its own doing, and will hear it: null goes on, a 421 reply ends the session. For
    /// those who count over more than one session.
    /// </summary>
    Reply? OnError(SessionFacts session) => null;

    /// <summary>The policy point of MAIL: null proceeds, a 4xx or 5xx reply refuses.</summary>
    ValueTask<Reply?> OnMailAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation);

    /// <summary>
    /// The priority that a message gets which <see cref="OnMailAsync"/> let proceed and which asked for one (RFC 6710 4.1: a receiver
    /// need not trust the client). The envelope and the reply to MAIL say it from then on.
    /// </summary>
    int PriorityOf(SessionFacts session, Envelope envelope, int asked) => asked;

    /// <summary>
    /// The policy point of RCPT: null accepts the recipient, a 4xx or 5xx reply refuses it. The envelope is that of MAIL and holds no
    /// recipients: a list of those before, made for each, would cost the square of their number.
    /// </summary>
    ValueTask<Reply?> OnRecipientAsync(SessionFacts session, Envelope envelope, Recipient recipient, CancellationToken cancellation);

    /// <summary>
    /// The body comes: called after the last recipient, before 354. The session then writes the octets, without dot-stuffing and
    /// without the final dot, and commits or disposes.
    /// </summary>
    ValueTask<IIncomingMessage> OpenAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation);

    /// <summary>ETRN (RFC 1985): mail that waits for a host or domain ("@domain" for its subdomains too, as the client wrote it) is wanted now. The reply is given as it is.</summary>
    ValueTask<Reply> OnTurnAsync(SessionFacts session, string node, CancellationToken cancellation) =>
        ValueTask.FromResult(Reply.Of(458, "4.3.0", "Unable to queue messages for that node"));
}
