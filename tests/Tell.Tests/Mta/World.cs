using System.Net;
using Tell.Mta.Configuration;
using Tell.Tests.Simulation;

namespace Tell.Tests.Mta;

/// <summary>A world of MTAs and peers on one simulated network: one thread, one virtual clock, one seed.</summary>
internal sealed class World(int seed = 1, bool shuffle = false)
{
    private int _nextAddress = 10;

    public Simulator Simulator { get; } = new(seed, shuffle);

    public ManualTime Time => Simulator.Time;

    public SimulatedTls Tls { get; } = new();

    public SimulatedWeb Web { get; } = new();

    public SimulatedNetwork Network => Simulator.Network;

    /// <summary>An MTA at an address of its own, listening on port 25; not loaded yet.</summary>
    public Node Node(string hostName, Func<MtaSettings, MtaSettings>? change = null)
    {
        var address = NextAddress();
        var settings = MtaSettings.Default with
        {
            HostName = hostName,
            Directory = "/nowhere",
            Listen = [new IPEndPoint(address, 25)],
            Housekeeping = false,
            PickupDirectory = "",
            ReportTemplates = "",
        };
        return new Node(this, address, change is null ? settings : change(settings));
    }

    /// <summary>A peer that takes mail and decides about it as the test says.</summary>
    public Peer Peer() => new(this, new IPEndPoint(NextAddress(), 25));

    /// <summary>Tells a story.</summary>
    public void Run(Func<Task> story) => Simulator.Run(story);

    /// <summary>Waits so long on the virtual clock.</summary>
    public Task Pass(TimeSpan length) => Task.Delay(length, Time);

    /// <summary>Waits until something is so, looking each virtual second; an hour is too long.</summary>
    public async Task Until(Func<bool> so, string what, TimeSpan? limit = null)
    {
        var end = Time.GetUtcNow() + (limit ?? TimeSpan.FromHours(1));
        while (!so())
        {
            if (Time.GetUtcNow() > end)
                Assert.Fail($"It never came to be that {what}.");
            await Pass(TimeSpan.FromSeconds(1));
        }
    }

    private IPAddress NextAddress() => IPAddress.Parse($"192.0.2.{_nextAddress++}");
}
