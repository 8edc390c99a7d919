using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tell.Smtp.Network;

namespace Tell.Benchmarks.Sessions;

/// <summary>The real program with a directory of its own, relaying all mail to one host.</summary>
internal sealed class TellChild : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private TellChild(Process process, string folder, IPEndPoint endpoint) => (_process, _folder, Endpoint) = (process, folder, endpoint);

    public IPEndPoint Endpoint { get; }

    /// <summary>The resident memory in megabytes.</summary>
    public double Megabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    /// <summary>Starts it and waits for its "ready"; before that its data directory may be filled.</summary>
    public static async Task<TellChild> StartAsync(string program, string folder, IPEndPoint relay, IReadOnlyList<string> settings, Action<string>? fill = null)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        var data = Path.Combine(folder, "data");
        Directory.CreateDirectory(data);
        fill?.Invoke(data);
        var endpoint = Free();
        var ini = Path.Combine(folder, "notes.ini");
        await File.WriteAllLinesAsync(ini,
        [
            "Directory=data", $"SMTPMTA_Listen={endpoint}", "SMTPMTA_RelayClients=127.0.0.0/8", $"SMTPMTA_RelayHost={relay}", "SMTPMTA_MaxSessions=20000",
            "SMTPMTA_IdleTimeout=PT1H", .. settings,
        ]);
        var start = new ProcessStartInfo(program, ["run", "--ini", ini]) { RedirectStandardOutput = true };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ready", StringComparison.Ordinal))
                return new TellChild(process, folder, endpoint);
        }
        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{program} ended before it was ready."));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static IPEndPoint Free()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
