using System.Net;
using Tell.Mta.Statistics;
using Tell.Smtp;

namespace Tell.Mta.Inbound;

/// <summary>
/// What one session has been let in by, and leaves at its end. The real peer asks before the banner; a client that the peer names later, by
/// XCLIENT or a PROXY header, asks again, and from then on the limits are those of the client's network. A peer that may name clients may
/// connect as often as it likes: only the rules of access hold for it.
/// </summary>
internal sealed class Admission(InboundServices services, bool speaksForOthers) : IDisposable
{
    private IPNetwork? _peerRule, _namedRule;
    private bool _counted;

    /// <summary>The network that what the session does is counted in.</summary>
    public IPNetwork Network { get; private set; }

    /// <summary>The real peer; the reply refuses the connection.</summary>
    public Reply? Enter(IPAddress peer)
    {
        Network = services.Limits.NetworkOf(peer);
        return services.Limits.EnterRule(peer, out _peerRule) ?? (speaksForOthers ? null : services.Limits.Enter(Network, out _counted));
    }

    /// <summary>The client that the peer names, in place of an earlier one; the reply refuses it.</summary>
    public Reply? EnterNamed(IPAddress client)
    {
        LeaveNamed();
        Network = services.Limits.NetworkOf(client);
        var refusal = services.Limits.EnterRule(client, out _namedRule) ?? services.Limits.Enter(Network, out _counted);
        if (refusal is not null)
            services.Context.Gauges.Add(Stat.ConnectionsRefused);
        return refusal;
    }

    /// <summary>The session is over.</summary>
    public void Dispose()
    {
        LeaveNamed();
        if (_peerRule is { } rule)
            services.Limits.LeaveRule(rule);
        _peerRule = null;
    }

    private void LeaveNamed()
    {
        if (_counted)
            services.Limits.Leave(Network);
        if (_namedRule is { } rule)
            services.Limits.LeaveRule(rule);
        (_counted, _namedRule) = (false, null);
    }
}
