using System.Collections.Concurrent;
using System.Net;
using Tell.Mta.Inbound;

namespace Tell.Mta.Routing;

/// <summary>
/// The addresses of this MTA: those that its listeners name, and those that clients have reached it at. A listener on every address names
/// none; the first session at an address makes that one known.
/// </summary>
public sealed class OwnAddresses(MtaContext context)
{
    // The addresses of one machine; more are not remembered.
    private const int Most = 256;

    private readonly ConcurrentDictionary<IPAddress, bool> _reached = new();

    /// <summary>A client has reached us there.</summary>
    public void Reached(IPAddress address)
    {
        if (!_reached.ContainsKey(address) && _reached.Count < Most)
            _reached[address] = true;
    }

    /// <summary>True where an address literal means this MTA (RFC 5321 4.1.3).</summary>
    public bool Contains(IPAddress address)
    {
        var plain = ClientNetwork.Plain(address);
        var settings = context.Settings;
        return _reached.Keys.Any(own => ClientNetwork.Plain(own).Equals(plain))
            || settings.Listen.Concat(settings.SubmissionListen).Concat(settings.SubmissionTlsListen).Any(endpoint => ClientNetwork.Plain(endpoint.Address).Equals(plain));
    }
}
