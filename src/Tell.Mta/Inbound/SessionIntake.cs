using System.Net;
using Tell.Mail;
using Tell.Mta.Statistics;
using Tell.Smtp;
using Tell.Smtp.Server;

namespace Tell.Mta.Inbound;

/// <summary>What a session goes through whatever its listener is for: access, limits, pressure, and the way into SMTPIBWQ.</summary>
internal sealed class SessionIntake(InboundServices services, Admission admission)
{
    private readonly UnheardMessages _unheard = new();

    /// <summary>The peer has named its client.</summary>
    public Reply? OnClient(SessionFacts session) => admission.EnterNamed(session.Client.Address);

    /// <summary>An error of the client. At once and not at the end of the session: who guesses has all the time in the world.</summary>
    public Reply? OnError() => services.Limits.OnError(admission.Network);

    /// <summary>Before a message begins.</summary>
    public async ValueTask<Reply?> OnMailAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation) =>
        Rejected(session, services.Limits.OnMail(admission.Network, session.User) ?? await services.Pressure.OnMailAsync(envelope.DeclaredSize, cancellation));

    /// <summary>A recipient that the listener's rules would take (null), or have refused.</summary>
    public Reply? OnRecipient(SessionFacts session, Reply? refusal)
    {
        if (refusal is null)
            refusal = services.Limits.OnRecipient(admission.Network, session.User);
        else
            services.Context.Gauges.Add(Stat.RefusedRecipients);
        if (refusal is not null)
            services.Context.Gauges.Reject(Channels.OfUser(session.User), 0, 1);
        return refusal;
    }

    /// <summary>Counts a message that is refused before its recipients.</summary>
    public Reply? Rejected(SessionFacts session, Reply? refusal)
    {
        if (refusal is not null)
            services.Context.Gauges.Reject(Channels.OfUser(session.User), 1, 0);
        return refusal;
    }

    /// <summary>Begins a message.</summary>
    public async ValueTask<IIncomingMessage> OpenAsync(SessionFacts session, Envelope envelope, bool submitted, CancellationToken cancellation)
    {
        var message = new IncomingDocument(services, session, Prioritised(envelope), admission.Network, submitted, _unheard);
        await message.BeginAsync(cancellation);
        return message;
    }

    /// <summary>
    /// What a message gets that asked for a priority: those whom we know get what they ask for; a stranger may only lower it (RFC 6710 4.1).
    /// </summary>
    public int PriorityOf(SessionFacts session, int asked) =>
        session.User is not null || session.Client.Address.IsIn(services.Context.Settings.RelayClients) ? asked : Math.Min(asked, 0);

    private static Envelope Prioritised(Envelope envelope) => envelope.MtPriority switch
    {
        > 0 => envelope with { Priority = Priority.High },
        < 0 => envelope with { Priority = Priority.Low },
        _ => envelope,
    };
}
