using System.Net;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Tests.Routing.Dns;

namespace Tell.Tests.Mta;

/// <summary>A world whose DNS knows the exchangers and addresses that a story names, and a node that asks it.</summary>
public abstract class SiteStory
{
    private static readonly IPEndPoint Dns = IPEndPoint.Parse("192.0.2.53:53");

    private protected readonly World _world = new();
    private protected readonly Dictionary<string, string> _exchanger = [];
    private protected readonly Dictionary<string, string> _address = [];
    private protected readonly List<string> _asked = [];

    // "mx1.test mx2.test": exchangers at the preferences 10, 20, ...; a domain that begins with "silent" gets no answer at all.
    private byte[]? Answer(ReadOnlyMemory<byte> query)
    {
        var (name, type) = Packet.Question(query);
        _asked.Add(name);
        if (name.StartsWith("silent", StringComparison.Ordinal))
            return null;
        var answer = Packet.To(query);
        if (type == 15 && _exchanger.TryGetValue(name, out var hosts))
        {
            foreach (var (host, place) in hosts.Split(' ').Select((host, place) => (host, place)))
                answer.Mx(name, 10 * (place + 1), host);
        }
        else if (type == 1 && _address.TryGetValue(name, out var address))
        {
            answer.A(name, address);
        }
        return answer.Octets();
    }

    private protected Node Node(string name = "mta.test", Func<MtaSettings, MtaSettings>? change = null)
    {
        _world.Network.Serve(Dns, Answer);
        return _world.Node(name, settings => (change ?? (same => same))(settings with { DnsServers = [Dns], LocalDomains = [Domain.Parse("home.test")] }));
    }
}
