namespace Tell.Tests.Tools;

/// <summary>
/// A whole mail server of somebody else, in the foreground with a private configuration, queue and log, on a free port of 127.0.0.1. It takes
/// mail for anybody from loopback and passes it on to one next hop, trying again every second.
/// </summary>
public abstract class PeerServer : IAsyncDisposable
{
    private ChildProcess? _process;

    /// <summary>The port on which it takes mail.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Its name in banner, EHLO and Received.</summary>
    public abstract string HostName { get; }

    /// <summary>What it logged.</summary>
    public string Log => File.Exists(LogFile) ? ReadLog() : "";

    /// <summary>What it logged and printed, for the message of a failing test.</summary>
    public string Evidence => $"{_process?.Evidence}\n--- log\n{Log}";

    /// <summary>Its folder.</summary>
    protected TempDirectory Folder { get; } = new();

    /// <summary>The file that it logs to.</summary>
    protected abstract string LogFile { get; }

    /// <summary>Waits for something in its log.</summary>
    public Task LoggedAsync(Predicate<string> wanted, string what) =>
        Patience.UntilAsync($"{HostName} logs {what}", Patience.ForMail, () => wanted(Log), () => Evidence);

    /// <summary>Ends it with all its processes and deletes its files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
        Folder.Dispose();
    }

    /// <summary>Starts it and waits until it greets.</summary>
    protected async Task StartAsync(string program, params string[] arguments)
    {
        var process = _process = ChildProcess.Start(Tool.PathOf(program), arguments, Folder.Path);
        await Patience.UntilAsync($"{program} listens", Patience.ForAProgram, async () =>
        {
            try
            {
                await using var caller = await SmtpCaller.ConnectAsync(Port, CancellationToken.None);
                return true;
            }
            catch (IOException)
            {
                return process.HasExited ? throw new InvalidOperationException(Evidence) : false;
            }
        }, () => Evidence);
    }

    /// <summary>Gives folders in its own to the user that the server runs as, and lets that user in.</summary>
    protected async Task GiveAsync(string user, params string[] folders)
    {
        (await ChildProcess.RunAsync(Tool.PathOf("chown"), [user, .. folders], Folder.Path)).Succeeded();
        (await ChildProcess.RunAsync(Tool.PathOf("chmod"), ["755", Folder.Path], Folder.Path)).Succeeded();
    }

    private string ReadLog()
    {
        using var reader = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
