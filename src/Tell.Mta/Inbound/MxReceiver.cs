using Tell.Mail;
using Tell.Mta.Routing;
using Tell.Smtp;
using Tell.Smtp.Server;

namespace Tell.Mta.Inbound;

/// <summary>
/// What the MTA says to a session on an MX listener: whose mail it takes. Nobody relays through it who is not named in
/// SMTPMTA_RelayClients, to domains that are not named in SMTPMTA_RelayDomains (invariant 10).
/// </summary>
internal sealed class MxReceiver(InboundServices services, SessionIntake intake) : IMailReceiver
{
    private static readonly Reply
        NoRelay = Reply.Of(550, "5.7.1", "This MTA does not accept relays"),
        NoSuchUser = Reply.Of(550, "5.1.1", "User not listed in public Name & Address Book");

    /// <inheritdoc/>
    public Reply? OnClient(SessionFacts session) => intake.OnClient(session);

    /// <inheritdoc/>
    public Reply? OnError(SessionFacts session) => intake.OnError();

    /// <inheritdoc/>
    public ValueTask<Reply?> OnMailAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation) =>
        intake.OnMailAsync(session, envelope, cancellation);

    /// <inheritdoc/>
    public int PriorityOf(SessionFacts session, Envelope envelope, int asked) => intake.PriorityOf(session, asked);

    /// <inheritdoc/>
    public async ValueTask<Reply?> OnRecipientAsync(SessionFacts session, Envelope envelope, Recipient recipient, CancellationToken cancellation)
    {
        var where = await services.Context.Directory.LocateAsync(recipient.Address, cancellation);
        return intake.OnRecipient(session, where.Kind switch
        {
            LocalityKind.Local or LocalityKind.Group => null,
            LocalityKind.Unknown => NoSuchUser,
            _ => MayRelay(session, recipient.Address) ? null : NoRelay,
        });
    }

    /// <inheritdoc/>
    public ValueTask<IIncomingMessage> OpenAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation) =>
        intake.OpenAsync(session, envelope, submitted: false, cancellation);

    /// <inheritdoc/>
    public ValueTask<Reply> OnTurnAsync(SessionFacts session, string node, CancellationToken cancellation) =>
        services.Turns.AnswerAsync(node, cancellation);

    private bool MayRelay(SessionFacts session, Mailbox recipient)
    {
        var settings = services.Context.Settings;
        return session.Client.Address.IsIn(settings.RelayClients) || (settings.RelayDomains.Contains(recipient.Domain) && !IsRoute(recipient.LocalPart));
    }

    // A local part that is an address again (percent hack, bang path, quoted "@") might be sent on by the next hop, which trusts us: then
    // we were the open relay. Strangers go no further than the domain that they name.
    private static bool IsRoute(string localPart) => localPart.AsSpan().ContainsAny("@%!");
}
