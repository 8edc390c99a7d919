using System.Net;
using Tell.Mta.Statistics;
using Tell.Smtp;
using Tell.Smtp.Server;

namespace Tell.Mta.Inbound;

/// <summary>
/// What one session has been let in by, and leaves at its end. The real peer asks before the banner; a client that a PROXY header
/// names asks again there, one that XCLIENT names at MAIL, and from then on the limits are those of the client's network. A peer that may name clients is
/// none itself: only the rules of access hold for it.
/// </summary>
internal sealed class Admission(InboundServices services, bool speaksForOthers) : IDisposable
{
    private IPNetwork? _peerRule, _toldRule;
    private IPEndPoint? _told;
    private Reply? _toldRefusal;
    private bool _counted;

    /// <summary>The network that what the session does is counted in.</summary>
    public IPNetwork Network { get; private set; }

    /// <summary>The real peer; the reply refuses the connection.</summary>
    public Reply? Enter(IPAddress peer)
    {
        Network = services.Limits.NetworkOf(peer);
        return services.Limits.EnterRule(peer, out _peerRule) ?? (speaksForOthers ? null : services.Limits.Enter(Network, out _counted));
    }

    /// <summary>Whoever the client is by now; the reply refuses what it asks for.</summary>
    public Reply? Check(SessionFacts session)
    {
        if (session.Via is null || session.Client.Equals(_told))
            return _toldRefusal;
        LeaveTold();
        _told = session.Client;
        Network = services.Limits.NetworkOf(_told.Address);
        _toldRefusal = services.Limits.EnterRule(_told.Address, out _toldRule) ?? services.Limits.Enter(Network, out _counted);
        if (_toldRefusal is not null)
            services.Context.Gauges.Add(Stat.ConnectionsRefused);
        return _toldRefusal;
    }

    /// <summary>The session is over.</summary>
    public void Dispose()
    {
        LeaveTold();
        if (_peerRule is { } rule)
            services.Limits.LeaveRule(rule);
        _peerRule = null;
    }

    private void LeaveTold()
    {
        if (_counted)
            services.Limits.Leave(Network);
        if (_toldRule is { } rule)
            services.Limits.LeaveRule(rule);
        (_counted, _toldRule, _toldRefusal) = (false, null, null);
    }
}
