using System.Net;
using Tell.Mail;
using Tell.Mta.Statistics;
using Tell.Smtp;
using Tell.Smtp.Server;

namespace Tell.Mta.Inbound;

/// <summary>What a session goes through whatever its listener is for: access, limits, pressure, and the way into SMTPIBWQ.</summary>
internal sealed class SessionIntake(InboundServices services, Admission admission)
{
    private int _errors;

    /// <summary>Before the banner, where a proxy speaks for the client.</summary>
    public Reply? OnClient(SessionFacts session) => admission.Check(session);

    /// <summary>Before a message begins.</summary>
    public async ValueTask<Reply?> OnMailAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation)
    {
        if (admission.Check(session) is { } refusal)
            return refusal;
        return services.Limits.OnMail(admission.Network, session.User) ?? await services.Pressure.OnMailAsync(envelope.DeclaredSize, cancellation);
    }

    /// <summary>A recipient that the listener's rules would take (null), or have refused.</summary>
    public Reply? OnRecipient(SessionFacts session, Reply? refusal)
    {
        if (refusal is null)
            return services.Limits.OnRecipient(admission.Network, session.User);
        services.Context.Gauges.Add(Stat.RefusedRecipients);
        // At once and not at the end of the session: who tries names does so over one connection.
        services.Limits.OnErrors(admission.Network, 1);
        _errors++;
        return services.Limits.TooManyErrors(admission.Network) ?? refusal;
    }

    /// <summary>Begins a message.</summary>
    public async ValueTask<IIncomingMessage> OpenAsync(SessionFacts session, Envelope envelope, bool completeHeader, CancellationToken cancellation)
    {
        var message = new IncomingDocument(services, session, Prioritised(envelope), admission.Network, completeHeader);
        await message.BeginAsync(cancellation);
        return message;
    }

    /// <summary>The session is over and has made so many errors in all.</summary>
    public void End(int errors) => services.Limits.OnErrors(admission.Network, errors - _errors);

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
