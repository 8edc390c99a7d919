using System.Net;

namespace Tell.Mta.Routing.Dns;

/// <summary>The name servers that the system is told to use.</summary>
public static class SystemServers
{
    /// <summary>Where the system keeps them.</summary>
    public const string Path = "/etc/resolv.conf";

    private const int Port = 53;

    /// <summary>
    /// The addresses of the nameserver lines of a resolv.conf (resolv.conf(5)), in their order; lines that are none are passed over. Where there
    /// is none it is the machine itself, as the system's own resolver has it.
    /// </summary>
    public static IReadOnlyList<IPEndPoint> Parse(string text)
    {
        var servers = new List<IPEndPoint>();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["nameserver", var address, ..] && IPAddress.TryParse(address, out var server))
                servers.Add(new IPEndPoint(server, Port));
        }
        return servers.Count > 0 ? servers : [new IPEndPoint(IPAddress.Loopback, Port)];
    }

    /// <summary>The servers of this machine; a file that cannot be read counts as empty.</summary>
    public static IReadOnlyList<IPEndPoint> Read()
    {
        try
        {
            return Parse(File.ReadAllText(Path));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Parse("");
        }
    }
}
