using Tell.Mail;
using Tell.Mta.Routing;
using Tell.Mta.Statistics;
using Tell.Smtp;
using Tell.Smtp.Server;

namespace Tell.Mta.Inbound;

/// <summary>
/// What the MTA says to a session: whose mail it takes, and where it puts it. Nobody relays through it who is not named in
/// SMTPMTA_RelayClients, to domains that are not named in SMTPMTA_RelayDomains (invariant 10).
/// </summary>
public sealed class DocumentReceiver(MtaContext context) : IMailReceiver
{
    private static readonly Reply
        NoRelay = Reply.Of(550, "5.7.1", "This MTA does not accept relays"),
        NoSuchUser = Reply.Of(550, "5.1.1", "User not listed in public Name & Address Book");

    /// <inheritdoc/>
    public ValueTask<Reply?> OnMailAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation) => default;

    /// <inheritdoc/>
    public async ValueTask<Reply?> OnRecipientAsync(SessionFacts session, Envelope envelope, Recipient recipient, CancellationToken cancellation)
    {
        var where = await context.Directory.LocateAsync(recipient.Address, cancellation);
        var refusal = where.Kind switch
        {
            LocalityKind.Local => null,
            LocalityKind.Unknown => NoSuchUser,
            _ => MayRelay(session, recipient.Address.Domain) ? null : NoRelay,
        };
        if (refusal is not null)
            context.Gauges.Add(Stat.RefusedRecipients);
        return refusal;
    }

    /// <inheritdoc/>
    public async ValueTask<IIncomingMessage> OpenAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation)
    {
        var message = new IncomingDocument(context, session, envelope);
        await message.BeginAsync(cancellation);
        return message;
    }

    private bool MayRelay(SessionFacts session, Domain domain)
    {
        var settings = context.Settings;
        if (settings.RelayDomains.Contains(domain))
            return true;
        var client = session.Client.Address;
        if (client.IsIPv4MappedToIPv6)
            client = client.MapToIPv4();
        foreach (var network in settings.RelayClients)
        {
            if (network.Contains(client))
                return true;
        }
        return false;
    }
}
