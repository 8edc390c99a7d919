using System.Diagnostics;
using System.Net;
using Tell.Tests.Tools;

namespace Tell.Tests.Routing.Dns;

/// <summary>A real nsd with a zone of ours, on a free port of the loopback address, with all its files in a folder of its own.</summary>
internal sealed class NameServerProcess : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tell-nsd-").FullName;
    private readonly Process _process;

    /// <summary>A server for a zone, and for others of which it has lost the file: for those it says SERVFAIL.</summary>
    public NameServerProcess(string zone, string records, params string[] lost)
    {
        Endpoint = new IPEndPoint(IPAddress.Loopback, FreePort.Next());
        File.WriteAllText(Path.Combine(_folder, "zone"), records.ReplaceLineEndings("\n"));
        var configuration = Path.Combine(_folder, "nsd.conf");
        File.WriteAllText(configuration, $"""
            server:
              ip-address: 127.0.0.1@{Endpoint.Port}
              server-count: 1
              username: ""
              database: ""
              zonesdir: "{_folder}"
              pidfile: "{_folder}/pid"
              xfrdfile: "{_folder}/xfrd"
              zonelistfile: "{_folder}/zones"
              logfile: "{_folder}/log"
            remote-control:
              control-enable: no
            zone:
              name: "{zone}"
              zonefile: "zone"
            {string.Join('\n', lost.Select(name => $"zone:\n  name: \"{name}\"\n  zonefile: \"lost\""))}

            """);
        _process = Process.Start(new ProcessStartInfo(Tool.PathOf("nsd"), ["-d", "-c", configuration]) { WorkingDirectory = _folder })!;
    }

    public IPEndPoint Endpoint { get; }

    /// <summary>What it logged, for the message of a failing test.</summary>
    public string Log => File.Exists(Path.Combine(_folder, "log")) ? File.ReadAllText(Path.Combine(_folder, "log")) : "no log";

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit(10_000);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
