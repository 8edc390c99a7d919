using System.Text;
using System.Text.RegularExpressions;

namespace Tell.Tests.Tools;

/// <summary>
/// A real Tell: the program of this build with a notes.ini of its own, which can be killed and started again on the same data and port.
/// </summary>
public sealed partial class TellProcess : IAsyncDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly Dictionary<string, string> _settings;
    private ChildProcess? _running;

    /// <summary>A Tell that is not started yet, relays for loopback and tries again every second; settings change that.</summary>
    public TellProcess(params (string Key, string Value)[] settings)
    {
        _settings = new Dictionary<string, string>
        {
            ["Directory"] = "data",
            ["SMTPMTA_HostName"] = "tell.example.test",
            ["SMTPMTA_Listen"] = $"127.0.0.1:{Port}",
            ["SMTPMTA_RelayClients"] = "127.0.0.0/8",
            ["SMTPMTA_RetryIntervals"] = "PT1S",
            ["SMTPMTA_DnsServers"] = "127.0.0.1:9",
        };
        foreach (var (key, value) in settings)
        {
            _settings[key] = value;
        }
        WriteSettings();
    }

    /// <summary>The port of 127.0.0.1 on which it takes mail, the same after each start.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>The folder of its notes.ini.</summary>
    public string Folder => _folder.Path;

    /// <summary>The path of its notes.ini.</summary>
    public string NotesIni => _folder["notes.ini"];

    /// <summary>The path of its data directory.</summary>
    public string Data => Path.Combine(Folder, _settings["Directory"]);

    /// <summary>The process that runs, or ran last.</summary>
    public ChildProcess Process => _running ?? throw new InvalidOperationException("Tell was not started");

    /// <summary>Starts it without waiting for anything.</summary>
    public ChildProcess Launch()
    {
        Assert.True(File.Exists(Checkout.Program), $"{Checkout.Program} is not built");
        return _running = ChildProcess.Start(Checkout.Program, ["run", "--ini", NotesIni], Folder);
    }

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    public async Task StartAsync()
    {
        Launch();
        await ReadyAsync();
    }

    /// <summary>Waits until it says that it is ready.</summary>
    public Task ReadyAsync() => Process.LineAsync(line => Ready().IsMatch(line), Patience.ForAProgram);

    /// <summary>Sends console words to it and returns the answer, whatever its exit status.</summary>
    public Task<Answer> SayAsync(params string[] words) =>
        ChildProcess.RunAsync(Checkout.Program, ["--ini", NotesIni, .. words], Folder);

    /// <summary>The same with something on standard input.</summary>
    public Task<Answer> SayAsync(byte[] input, params string[] words) =>
        ChildProcess.RunAsync(Checkout.Program, ["--ini", NotesIni, .. words], Folder, input);

    /// <summary>SHOW STAT MTA as names and values.</summary>
    public async Task<IReadOnlyDictionary<string, long>> StatisticsAsync()
    {
        var answer = (await SayAsync("show", "stat", "mta")).Succeeded();
        return Statistic().Matches(answer.Output).ToDictionary(line => line.Groups[1].Value, line => long.Parse(line.Groups[2].Value), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Waits until no work queue holds a document that still has a way to go; what is dead stays.</summary>
    public Task QueuesAreEmptyAsync(TimeSpan limit)
    {
        var waiting = "";
        return Patience.UntilAsync("empty work queues", limit, async () =>
        {
            var left = (await StatisticsAsync()).Where(statistic => statistic.Value > 0 && Waiting().IsMatch(statistic.Key));
            waiting = string.Join('\n', left.Select(statistic => $"{statistic.Key} = {statistic.Value}"));
            return waiting.Length == 0;
        }, () => $"{waiting}\n{Process.Evidence}");
    }

    /// <summary>Changes a setting in the file; a running Tell sees it when it reads its file again.</summary>
    public void Set(string key, string value)
    {
        _settings[key] = value;
        WriteSettings();
    }

    /// <summary>SIGKILL: it gets no chance to do anything. Completes when the process is gone.</summary>
    public async Task KillAsync()
    {
        Process.Send(Signal.Kill);
        await Process.ExitAsync(Patience.ForAProgram);
        await Process.DisposeAsync();
    }

    /// <summary>SIGTERM: returns its exit status; more than <paramref name="limit"/> (5 s) fails the test.</summary>
    public async Task<int> StopAsync(TimeSpan? limit = null)
    {
        Process.Send(Signal.Terminate);
        return await Process.ExitAsync(limit ?? TimeSpan.FromSeconds(5));
    }

    /// <summary>Ends it, if it still runs, and deletes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
        {
            await _running.DisposeAsync();
        }
        _folder.Dispose();
    }

    private void WriteSettings() =>
        File.WriteAllText(NotesIni, string.Concat(_settings.Select(setting => $"{setting.Key}={setting.Value}\n")), new UTF8Encoding(false));

    [GeneratedRegex(@"^ready\b")]
    private static partial Regex Ready();

    [GeneratedRegex(@"(?m)^\s*(\S+) = (\d+)\s*$")]
    private static partial Regex Statistic();

    [GeneratedRegex(@"\.(Pending|Locked|Success|Failure)$", RegexOptions.IgnoreCase)]
    private static partial Regex Waiting();
}
