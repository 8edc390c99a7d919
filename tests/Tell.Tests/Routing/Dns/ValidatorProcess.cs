using System.Diagnostics;
using System.Net;
using Tell.Tests.Tools;

namespace Tell.Tests.Routing.Dns;

/// <summary>A real unbound that validates, on a free port of the loopback address; it knows the zones that it is given and nothing else.</summary>
internal sealed class ValidatorProcess : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tell-unbound-").FullName;
    private readonly Process _process;

    /// <param name="anchor">The DS record that is trusted.</param>
    /// <param name="zones">The zones and who serves them.</param>
    public ValidatorProcess(string anchor, params (string Zone, IPEndPoint Server)[] zones)
    {
        Endpoint = new IPEndPoint(IPAddress.Loopback, FreePort.Next());
        var configuration = Path.Combine(_folder, "unbound.conf");
        var stubs = string.Concat(zones.Select(zone => $"""
            stub-zone:
              name: "{zone.Zone}"
              stub-addr: {zone.Server.Address}@{zone.Server.Port}

            """));
        File.WriteAllText(configuration, $"""
            server:
              interface: 127.0.0.1@{Endpoint.Port}
              num-threads: 1
              username: ""
              chroot: ""
              directory: "{_folder}"
              pidfile: "{_folder}/pid"
              use-syslog: no
              logfile: "{_folder}/log"
              do-not-query-localhost: no
              module-config: "validator iterator"
              trust-anchor: "{anchor}"
              local-zone: "test." nodefault
            remote-control:
              control-enable: no
            {stubs}
            """);
        _process = Process.Start(new ProcessStartInfo(Tool.PathOf("unbound"), ["-d", "-c", configuration]) { WorkingDirectory = _folder })!;
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
