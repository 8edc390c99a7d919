using System.Net;
using Tell.Mta.Configuration;
using Tell.Mta.Statistics;
using Tell.Smtp;

namespace Tell.Mta.Inbound;

/// <summary>
/// The limits of client networks and users: one place for what is counted, for the words of each refusal, and for its statistic. Where no
/// limit is set nothing is counted, and a message costs nothing here.
/// </summary>
internal sealed class Limits(MtaContext context)
{
    private const int Most = 10_000;

    private static readonly Reply
        NoAccess = Reply.Of(554, "5.7.1", "No access from your network"),
        Sessions = Reply.Of(421, "4.7.0", "Too many sessions from your network; try again later"),
        Connections = Reply.Of(421, "4.7.0", "Too many connections from your network; try again later"),
        Errors = Reply.Of(421, "4.7.0", "Too many errors from your network; try again later"),
        Messages = Reply.Of(451, "4.7.1", "Too many messages from your network; try again later"),
        Recipients = Reply.Of(451, "4.7.1", "Too many recipients from your network; try again later"),
        Octets = Reply.Of(451, "4.7.1", "Too much mail from your network; try again later"),
        UserMessages = Reply.Of(451, "4.7.1", "You have sent too many messages; try again later"),
        UserRecipients = Reply.Of(451, "4.7.1", "You have sent to too many recipients; try again later"),
        UserOctets = Reply.Of(451, "4.7.1", "You have sent too much mail; try again later");

    private readonly LimitTable<IPNetwork> _networks = new(context.Time, Most);
    private readonly LimitTable<string> _users = new(context.Time, Most);
    private readonly AccessGate _gate = new();

    /// <summary>The network that limits count a client in.</summary>
    public IPNetwork NetworkOf(IPAddress client) => ClientNetwork.Of(client, context.Settings.ClientPrefix4, context.Settings.ClientPrefix6);

    /// <summary>Asks the rules of access. Null lets the client in; <paramref name="counted"/> is then to be given to <see cref="LeaveRule"/>, if any.</summary>
    public Reply? EnterRule(IPAddress client, out IPNetwork? counted)
    {
        var decision = _gate.TryEnter(client, context.Settings, out counted);
        if (decision == AccessDecision.Accept)
            return null;
        context.Gauges.Add(decision == AccessDecision.Refuse ? Stat.AccessRefused : Stat.LimitedSessions);
        return decision == AccessDecision.Refuse ? NoAccess : Sessions;
    }

    /// <summary>Counts a session out of a rule.</summary>
    public void LeaveRule(IPNetwork network) => _gate.Leave(network);

    /// <summary>Counts a session in: null, and it is to be counted out by <see cref="Leave"/> where <paramref name="counted"/>.</summary>
    public Reply? Enter(IPNetwork network, out bool counted)
    {
        var settings = context.Settings;
        counted = false;
        if (TooManyErrors(network) is { } refusal)
            return refusal;
        if (settings.MaxSessionsPerClient == 0 && settings.MaxRatePerClient == 0)
            return null;
        var reached = _networks.TryEnter(network, settings.MaxSessionsPerClient, settings.MaxRatePerClient);
        counted = reached is null;
        return reached switch
        {
            LimitKind.Connections => Refused(Stat.LimitedConnections, Connections),
            LimitKind.Sessions => Refused(Stat.LimitedSessions, Sessions),
            _ => null,
        };
    }

    /// <summary>Counts a session out.</summary>
    public void Leave(IPNetwork network) => _networks.Leave(network);

    /// <summary>Counts a message that begins; the reply refuses it.</summary>
    public Reply? OnMail(IPNetwork network, string? user)
    {
        var settings = context.Settings;
        var window = settings.LimitWindow;
        if (TooManyErrors(network) is { } refusal)
            return refusal;
        if (settings.MaxOctetsPerClient > 0 && _networks.HasReached(network, LimitKind.Octets, settings.MaxOctetsPerClient, window))
            return Refused(Stat.LimitedOctets, Octets);
        if (user is not null && settings.MaxOctetsPerUser > 0 && _users.HasReached(user, LimitKind.Octets, settings.MaxOctetsPerUser, window))
            return Refused(Stat.LimitedOctets, UserOctets);
        if (settings.MaxMessagesPerClient > 0 && !_networks.TryAdd(network, LimitKind.Messages, settings.MaxMessagesPerClient, window))
            return Refused(Stat.LimitedMessages, Messages);
        return user is not null && settings.MaxMessagesPerUser > 0 && !_users.TryAdd(user, LimitKind.Messages, settings.MaxMessagesPerUser, window)
            ? Refused(Stat.LimitedMessages, UserMessages)
            : null;
    }

    /// <summary>Counts a recipient that would be accepted; the reply refuses it.</summary>
    public Reply? OnRecipient(IPNetwork network, string? user)
    {
        var settings = context.Settings;
        if (settings.MaxRecipientsPerClient > 0 && !_networks.TryAdd(network, LimitKind.Recipients, settings.MaxRecipientsPerClient, settings.LimitWindow))
            return Refused(Stat.LimitedRecipients, Recipients);
        return user is not null && settings.MaxRecipientsPerUser > 0 && !_users.TryAdd(user, LimitKind.Recipients, settings.MaxRecipientsPerUser, settings.LimitWindow)
            ? Refused(Stat.LimitedRecipients, UserRecipients)
            : null;
    }

    /// <summary>Counts the octets of an accepted message.</summary>
    public void OnAccepted(IPNetwork network, string? user, long octets)
    {
        var settings = context.Settings;
        if (settings.MaxOctetsPerClient > 0)
            _networks.Add(network, LimitKind.Octets, octets, settings.LimitWindow);
        if (user is not null && settings.MaxOctetsPerUser > 0)
            _users.Add(user, LimitKind.Octets, octets, settings.LimitWindow);
    }

    /// <summary>Counts a command that was answered with 5yz; the reply ends the session of a network that makes too many.</summary>
    public Reply? OnError(IPNetwork network)
    {
        if (context.Settings.MaxErrorsPerClient == 0)
            return null;
        _networks.Add(network, LimitKind.Errors, 1, context.Settings.LimitWindow);
        return TooManyErrors(network);
    }

    private Reply? TooManyErrors(IPNetwork network) =>
        context.Settings.MaxErrorsPerClient is > 0 and var most && _networks.HasReached(network, LimitKind.Errors, most, context.Settings.LimitWindow)
            ? Refused(Stat.LimitedErrors, Errors)
            : null;

    private Reply Refused(string statistic, Reply reply)
    {
        context.Gauges.Add(statistic);
        return reply;
    }
}
