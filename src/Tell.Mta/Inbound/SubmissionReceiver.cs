using Tell.Mail;
using Tell.Mta.Routing;
using Tell.Mta.Statistics;
using Tell.Smtp;
using Tell.Smtp.Server;

namespace Tell.Mta.Inbound;

/// <summary>
/// What the MTA says to a session on a submission listener (RFC 6409): a user who has authenticated sends from an address of its own, or
/// the null one, to wherever it likes; Date and Message-ID are added where they are missing. Nobody else sends anything.
/// </summary>
internal sealed class SubmissionReceiver(InboundServices services, SessionIntake intake) : IMailReceiver
{
    private static readonly Reply
        NotAuthenticated = Reply.Of(530, "5.7.0", "Authentication required"),
        NotYours = Reply.Of(553, "5.7.1", "That sender address does not belong to you"),
        NoSuchUser = Reply.Of(550, "5.1.1", "User not listed in public Name & Address Book");

    /// <inheritdoc/>
    public Reply? OnClient(SessionFacts session) => intake.OnClient(session);

    /// <inheritdoc/>
    public Reply? OnError(SessionFacts session) => intake.OnError();

    /// <inheritdoc/>
    public async ValueTask<Reply?> OnMailAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation)
    {
        // RFC 6409 4.3. The session asks for it too; that nothing passes without it is not left to one place.
        if (session.User is null)
            return NotAuthenticated;
        // RFC 6409 6.1. The From field is not looked at: people write for others, and it is the envelope that answers for the message.
        if (envelope.Sender is { } sender && !await services.Context.Directory.OwnsAsync(session.User, sender, cancellation))
        {
            services.Context.Gauges.Add(Stat.RefusedSenders);
            return intake.Rejected(session, NotYours);
        }
        return await intake.OnMailAsync(session, envelope, cancellation);
    }

    /// <inheritdoc/>
    public int PriorityOf(SessionFacts session, Envelope envelope, int asked) => intake.PriorityOf(session, asked);

    /// <inheritdoc/>
    public async ValueTask<Reply?> OnRecipientAsync(SessionFacts session, Envelope envelope, Recipient recipient, CancellationToken cancellation)
    {
        var where = await services.Context.Directory.LocateAsync(recipient.Address, cancellation);
        return intake.OnRecipient(session, where.Kind == LocalityKind.Unknown ? NoSuchUser : null);
    }

    /// <inheritdoc/>
    public ValueTask<IIncomingMessage> OpenAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation) =>
        intake.OpenAsync(session, envelope, submitted: true, cancellation);
}
