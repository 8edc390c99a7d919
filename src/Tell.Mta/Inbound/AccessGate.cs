using System.Net;
using Tell.Mta.Configuration;

namespace Tell.Mta.Inbound;

/// <summary>SMTPMTA_PortAccess at work: the first rule whose network holds the client decides, before the banner (facts: sun A8).</summary>
internal sealed class AccessGate
{
    private readonly Lock _gate = new();

    // By network, so that a rule whose limit is changed while sessions are open goes on counting them.
    private readonly Dictionary<IPNetwork, int> _sessions = [];

    /// <summary>
    /// The decision: Accept, with the network to <see cref="Leave"/> where its rule counts sessions; Refuse; or Limit, where its sessions are
    /// as many as it may have.
    /// </summary>
    public AccessDecision TryEnter(IPAddress client, MtaSettings settings, out IPNetwork? counted)
    {
        counted = null;
        if (settings.PortAccess.IsEmpty)
            return AccessDecision.Accept;
        var plain = ClientNetwork.Plain(client);
        foreach (var rule in settings.PortAccess)
        {
            if (!rule.Network.Contains(plain))
                continue;
            if (rule.Decision != AccessDecision.Limit)
                return rule.Decision;
            lock (_gate)
            {
                var sessions = _sessions.GetValueOrDefault(rule.Network);
                if (sessions >= rule.Limit)
                    return AccessDecision.Limit;
                _sessions[rule.Network] = sessions + 1;
            }
            counted = rule.Network;
            return AccessDecision.Accept;
        }
        return AccessDecision.Accept;
    }

    /// <summary>Counts a session out.</summary>
    public void Leave(IPNetwork network)
    {
        lock (_gate)
        {
            if (--_sessions[network] == 0)
                _sessions.Remove(network);
        }
    }
}
