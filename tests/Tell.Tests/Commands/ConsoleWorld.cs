using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Commands;
using Tell.Documents;
using Tell.Documents.Memory;
using Tell.Hosting;
using Tell.Mta;
using Tell.Mta.Configuration;
using Tell.Mta.Logging;
using Tell.Mta.Operations;
using Tell.Mta.Schedules;
using Tell.Tests.Mta;
using Tell.Tests.Simulation;
using Tell.Tests.Tools;
using Answer = Tell.Commands.Answer;

namespace Tell.Tests.Commands;

/// <summary>A whole MTA in a simulated world, with a notes.ini on disk and a person at its console.</summary>
internal sealed class ConsoleWorld : ICommandHost, ICommandInput, IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly World _world = new();
    private readonly TellMta _mta;
    private readonly CommandTable _table;

    public ConsoleWorld()
    {
        var ini = _folder.Write("notes.ini", "; ours\nDirectory=data\nSMTPMTA_HostName=mx.tell.test\nSMTPMTA_Listen=10.0.0.10:25\nSMTPMTA_LocalDomains=tell.test\nSMTPMTA_RelayHost=10.9.9.9\n"u8);
        Configuration = new ConfigurationFile(ini);
        DiskFiles = new MemoryFiles(_world.Time);
        _mta = new TellMta(
            new MtaEnvironment
            {
                Data = new MemoryDataDirectory(_world.Time, new Random(1)),
                Network = _world.Network.Host(IPAddress.Parse("10.0.0.10")),
                Tls = _world.Tls,
                Web = _ => _world.Web,
                Files = DiskFiles,
                Time = _world.Time,
                Seed = 1,
                Loggers = NullLoggerFactory.Instance,
                Transfers = TransferLog.None,
                Nightly = new TimerDailySchedule(_world.Time, NullLoggerFactory.Instance),
            },
            Configuration.Read().Settings!,
            new ConfigurationSource(Configuration));
        _table = ConsoleCommands.Table(this);
    }

    public Operator Operations => _mta.Operations;

    public ConfigurationFile Configuration { get; }

    /// <summary>The files that commands can name.</summary>
    public Dictionary<string, string> Files { get; } = [];

    /// <summary>The disk of the server.</summary>
    public MemoryFiles DiskFiles { get; }

    /// <summary>True when QUIT was said.</summary>
    public bool Ended { get; private set; }

    /// <summary>Tells a story with the MTA loaded.</summary>
    public void Run(Func<Task> story) => _world.Run(async () =>
    {
        await Operations.LoadAsync(CancellationToken.None);
        await story();
        await _mta.DisposeAsync();
    });

    /// <summary>Sends a message by the pickup folder, and waits until it is there.</summary>
    public async Task DeliverAsync(string message)
    {
        DiskFiles.Put(Path.Combine(_mta.Context.Settings.Directory, "pickup", "a.eml"), message, _world.Time.GetUtcNow().AddHours(-1));
        await _world.Pass(TimeSpan.FromMinutes(1));
    }

    /// <summary>Puts a document with a message into a work queue, under a new id.</summary>
    public async Task<Unid> PutAsync(Document document, string message)
    {
        var queues = _mta.Context.Queues;
        var writer = queues.NewContent();
        await writer.WriteAsync(Encoding.UTF8.GetBytes(message), CancellationToken.None);
        document = document with { Id = queues.NewId(), Content = await writer.CompleteAsync(CancellationToken.None) };
        await queues.PutAsync([document], [], CancellationToken.None);
        return document.Id;
    }

    /// <summary>Waits so long on the virtual clock.</summary>
    public Task Pass(TimeSpan length) => _world.Pass(length);

    /// <summary>Types a line; the answer, which must be a success.</summary>
    public async Task<string> SayAsync(string line)
    {
        var (done, text) = await TypeAsync(line);
        Assert.True(done, text);
        return text;
    }

    /// <summary>Types a line; the answer, which must be a failure.</summary>
    public async Task<string> RefusedAsync(string line)
    {
        var (done, text) = await TypeAsync(line);
        Assert.False(done, text);
        return text;
    }

    public Task QuitAsync(CancellationToken cancellation) => Operations.QuitAsync(cancellation);

    public Task EndAsync(CancellationToken cancellation)
    {
        Ended = true;
        return Operations.QuitAsync(cancellation);
    }

    public Task<byte[]> ReadAsync(string name, CancellationToken cancellation) =>
        Task.FromResult(Files.TryGetValue(name, out var text) ? Encoding.UTF8.GetBytes(text) : throw new IOException($"There is no file {name}."));

    public void Dispose() => _folder.Dispose();

    private async Task<(bool Done, string Text)> TypeAsync(string line)
    {
        var answer = new Answer();
        var done = await CommandLadder.RunAsync(_table, WordSplitter.Split(line), this, answer, NullLogger.Instance, CancellationToken.None);
        return (done, string.Join('\n', answer.Lines));
    }
}
