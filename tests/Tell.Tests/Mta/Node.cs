using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Documents;
using Tell.Documents.Memory;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Configuration;
using Tell.Mta.Controller;
using Tell.Mta.Logging;
using Tell.Mta.Operations;
using Tell.Mta.Schedules;
using Tell.Tests.Simulation;

namespace Tell.Tests.Mta;

/// <summary>One whole MTA in a <see cref="World"/>. Its stores outlive it: <see cref="CrashAsync"/> ends the program and keeps the disk.</summary>
internal sealed class Node
{
    private readonly World _world;
    private MemoryDataDirectory _data;
    private TellMta _mta;

    public Node(World world, IPAddress address, MtaSettings settings)
    {
        (_world, Address) = (world, address);
        Source = new FixedSettings(settings);
        _data = new MemoryDataDirectory(world.Time, new Random(world.Simulator.Seed));
        Files = new MemoryFiles(world.Time);
        _mta = Create();
    }

    public IPAddress Address { get; }

    /// <summary>Where its controller reads its settings.</summary>
    public FixedSettings Source { get; }

    public TellMta Mta => _mta;

    /// <summary>Its stores, which a test can make fail.</summary>
    public FaultyStores Stores { get; private set; } = null!;

    /// <summary>Its pickup folder and Maildirs, which a test can make fail.</summary>
    public MemoryFiles Files { get; private set; }

    public Operator Operations => _mta.Operations;

    /// <summary>The lines of the transfer log.</summary>
    public List<string> Log { get; } = [];

    /// <summary>The warnings and errors of the server log.</summary>
    public WarningLog Warnings { get; } = new();

    /// <summary>The room that its disk has; null: it cannot tell.</summary>
    public StoreSpace? Space
    {
        set => _data.Space = value;
    }

    /// <summary>The facts of the transfer log, in order: "received", "queued", ...</summary>
    public IEnumerable<string> Facts => Log.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("fact").GetString()!);

    public Task LoadAsync() => Operations.LoadAsync(CancellationToken.None);

    /// <summary>Ends the program as a power cut would, as far as the stores can see, and starts it again on the same disk.</summary>
    public async Task CrashAsync()
    {
        var disk = _data.Reopen();
        Files = Files.Reopen();
        try
        {
            await _mta.DisposeAsync();
        }
        catch (ObjectDisposedException)
        {
            // The old program's last words find its stores gone.
        }
        _data = disk;
        _mta = Create();
    }

    /// <summary>Puts a Memo into SMTP.BOX (or MAIL.BOX).</summary>
    public Task<Unid> SendAsync(string from, string to, string subject = "Test", string bcc = "", string body = "Hello.\n") => Operations.SubmitAsync(
        new MemoDraft { From = Mailbox.Parse(from), SendTo = Mailboxes(to), BlindCopyTo = Mailboxes(bcc), Subject = Line.From(subject), Body = body },
        CancellationToken.None);

    /// <summary>Puts a document as it is, under a new id.</summary>
    public async Task<Unid> PutAsync(Document document)
    {
        document = document with { Id = _data.Queues.NewId() };
        await _data.Queues.PutAsync([document], [], CancellationToken.None);
        return document.Id;
    }

    /// <summary>Opens a database of its disk: NAMES, a mail file.</summary>
    public ValueTask<IDatabase> OpenAsync(string name) => _data.OpenAsync(name, CancellationToken.None);

    public IReadOnlyList<Document> In(WorkQueue queue) => View(new QueueView { Queue = queue });

    public IReadOnlyList<Document> View(QueueView view) => Done(Operations.ViewAsync(view, CancellationToken.None));

    public Document? Get(Unid id) => Done(Operations.GetAsync(id, CancellationToken.None));

    /// <summary>A statistic.</summary>
    public long Stat(string name) => Done(Operations.Statistics.ShowAsync(name, CancellationToken.None)).Single(statistic => statistic.Name == name).Value;

    /// <summary>The documents of a mail file.</summary>
    public IReadOnlyList<Document> MailFile(string user) => Done(Operations.Mail.ListAsync(user, 1000, CancellationToken.None)) ?? [];

    /// <summary>How many documents a mail file has.</summary>
    public async Task<long> FiledAsync(string user) => await (await _data.OpenAsync($"mail/{user}", CancellationToken.None)).CountAsync(null, CancellationToken.None);

    /// <summary>The raw octets of a document in a mail file, as text.</summary>
    public string Read(string user, Document document)
    {
        using var octets = new MemoryStream();
        Assert.True(Done(Operations.Mail.ReadAsync(user, document.Id, piece => octets.WriteAsync(piece), CancellationToken.None)), "the document has no content");
        return Encoding.UTF8.GetString(octets.ToArray());
    }

    /// <summary>The raw octets of a queued document, as text.</summary>
    public async Task<string> ReadAsync(Document document)
    {
        using var octets = new MemoryStream();
        await foreach (var piece in _data.Queues.ReadContentAsync(document.Content!, CancellationToken.None))
            await octets.WriteAsync(piece);
        return Encoding.UTF8.GetString(octets.ToArray());
    }

    private TellMta Create() => new(
        new MtaEnvironment
        {
            Data = Stores = new FaultyStores(_data),
            Network = _world.Network.Host(Address),
            Tls = _world.Tls,
            Certificates = Source.Settings.TlsCertificate.IsEmpty ? null : _world.Tls.Server.Options.Certificates,
            Web = _ => _world.Web,
            Files = Files,
            Time = _world.Time,
            Seed = _world.Simulator.Seed,
            Loggers = Warnings,
            Transfers = new TransferLog(_world.Time, Log.Add),
            Nightly = new TimerDailySchedule(_world.Time, NullLoggerFactory.Instance),
        },
        Source.Settings,
        Source);

    private static System.Collections.Immutable.ImmutableArray<Mailbox> Mailboxes(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Mailbox.Parse)];

    // The memory engine completes every verb at once.
    private static T Done<T>(Task<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("The memory engine did not complete at once.");
}
