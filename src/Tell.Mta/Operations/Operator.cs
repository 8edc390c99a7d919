using System.Reflection;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Controller;
using Tell.Mta.Outbound;
using Tell.Mta.Statistics;

namespace Tell.Mta.Operations;

/// <summary>
/// Everything that can be done with an MTA, typed: the console, the command line and a .NET host are thin faces of it (DESIGN 4).
/// What does not need running tasks works before LOAD SMTPMTA too.
/// </summary>
public sealed class Operator
{
    /// <summary>The name of whoever acts at the server's own console.</summary>
    public const string AtConsole = "console";

    private readonly MtaContext _context;
    private readonly AddInController _controller;
    private readonly MemoSubmission _submission;
    private readonly Addressees _addressees;

    internal Operator(MtaContext context, AddInController controller)
    {
        (_context, _controller) = (context, controller);
        _submission = new MemoSubmission(context);
        _addressees = new Addressees(context);
        var book = new NamesBook(context, controller.Outbound.Reroute);
        Names = new NamesDesk(book);
        Controls = new ControlsDesk(context, book);
        Profiles = new ProfilesDesk(context, book);
        Mail = new MailDesk(context);
        Queues = new QueueDesk(context);
        Holds = new HoldDesk(context);
        Quotas = new QuotaDesk(context);
        Statistics = new StatisticsDesk(context);
    }

    /// <summary>The version of the program.</summary>
    public static string Version { get; } =
        typeof(Operator).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>The address book.</summary>
    public NamesDesk Names { get; }

    /// <summary>The destination controls.</summary>
    public ControlsDesk Controls { get; }

    /// <summary>The bounce profiles.</summary>
    public ProfilesDesk Profiles { get; }

    /// <summary>The mail files.</summary>
    public MailDesk Mail { get; }

    /// <summary>The documents of the work queues that have stopped, and those that are to stop.</summary>
    public QueueDesk Queues { get; }

    /// <summary>The hold queue.</summary>
    public HoldDesk Holds { get; }

    /// <summary>How full mail files are.</summary>
    public QuotaDesk Quotas { get; }

    /// <summary>The statistics.</summary>
    public StatisticsDesk Statistics { get; }

    /// <summary>LOAD SMTPMTA.</summary>
    public Task LoadAsync(CancellationToken cancellation) => _controller.LoadAsync(cancellation);

    /// <summary>TELL SMTPMTA QUIT.</summary>
    public Task QuitAsync(CancellationToken cancellation) => _controller.QuitAsync(cancellation);

    /// <summary>TELL SMTPMTA START.</summary>
    public Task StartAsync(TaskSelection selection, CancellationToken cancellation) => _controller.StartAsync(selection, cancellation);

    /// <summary>TELL SMTPMTA STOP.</summary>
    public Task StopAsync(TaskSelection selection, CancellationToken cancellation) => _controller.StopAsync(selection, cancellation);

    /// <summary>TELL SMTPMTA REFRESH.</summary>
    public Task<RefreshResult> RefreshAsync(CancellationToken cancellation) => _controller.RefreshAsync(cancellation);

    /// <summary>TELL SMTPMTA HOUSEKEEPING.</summary>
    public Task<HousekeepingReport> HousekeepAsync(CancellationToken cancellation) => _controller.HousekeepAsync(cancellation);

    /// <summary>TELL SMTPMTA SHOW CONFIG: the settings in force.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ShowConfiguration() => SettingsCatalogue.Show(_context.Settings);

    /// <summary>SHOW TASKS.</summary>
    public IReadOnlyList<TaskLine> ShowTasks() => _controller.Tasks;

    /// <summary>The next hops in use.</summary>
    public IReadOnlyList<DestinationStatus> ShowDestinations() => _controller.Outbound.Destinations;

    /// <summary>HOSTSTATUS: all that is known of the destination of a domain, or of a next hop by its name; null where it is not in use.</summary>
    public async Task<HostStatus?> ShowHostAsync(string name, CancellationToken cancellation) => await _controller.Outbound.StatusOfAsync(name, cancellation);

    /// <summary>SHOW SCHEDULE: the connections, and when mail of each may leave.</summary>
    public async Task<IReadOnlyList<ConnectionStatus>> ShowScheduleAsync(CancellationToken cancellation)
    {
        await _context.Connections.RefreshAsync(cancellation);
        var (now, zone) = (_context.Now, _context.Time.LocalTimeZone);
        return [.. _context.Connections.All.Select(connection =>
        {
            var opens = connection.OpensAt(now, zone);
            return new ConnectionStatus(connection, connection.Enabled && opens <= now, connection.Enabled && opens > now ? opens : null);
        })];
    }

    /// <summary>SHOW SERVER.</summary>
    public ServerStatus ShowServer()
    {
        var counts = _context.Queues.Counts();
        return new ServerStatus
        {
            Name = _context.Settings.HostName,
            Version = Version,
            Directory = _context.Settings.Directory,
            Addresses = [.. _controller.Inbound.Listeners],
            Intake = _controller.Inbound.Intake,
            Elapsed = _context.Now - _controller.LoadedAt,
            PendingMail = counts.Waiting(),
            DeadMail = counts.Where(count => count.State == DocumentState.Dead).Sum(count => count.Documents),
            HeldMail = counts.Where(count => count.State == DocumentState.Held).Sum(count => count.Documents),
            InboundSessions = _context.Gauges.InboundSessions,
            OutboundSessions = _context.Gauges.OutboundSessions,
            NextHousekeeping = _controller.NextHousekeeping,
        };
    }

    /// <summary>DELIVERNOW: waiting mail for a destination (null: for all) is due now. Returns how many documents were not.</summary>
    public async Task<int> DeliverNowAsync(string? destination, CancellationToken cancellation) =>
        await _controller.Outbound.DeliverNowAsync(destination, cancellation);

    /// <summary>
    /// Takes a Memo: it is on stable storage when this completes, as one document in SMTP.BOX for all Internet recipients and one in MAIL.BOX for each local one.
    /// Returns the id of the first; all of them have one Message-ID.
    /// </summary>
    /// <exception cref="ArgumentException">The draft has no recipient, or more than SMTPMTA_MaxRecipients.</exception>
    /// <exception cref="StoreException">The store cannot take it: nothing of it was taken.</exception>
    public async Task<Unid> SubmitAsync(MemoDraft draft, CancellationToken cancellation) => await _submission.SubmitAsync(draft, cancellation);

    /// <summary>
    /// Whom a text means: "ada@example.test" and "Ada Lovelace &lt;ada@example.test&gt;" mean that mailbox; anything else is the name of a person, a group or a mail-in
    /// database of the address book. Null where nobody has that name.
    /// </summary>
    /// <exception cref="StoreException">The address book cannot be read.</exception>
    public async Task<NamedMailbox?> FindMailboxAsync(string text, CancellationToken cancellation) => await _addressees.FindAsync(text, cancellation);

    /// <summary>Documents of the work queues.</summary>
    public async Task<IReadOnlyList<Document>> ViewAsync(QueueView view, CancellationToken cancellation) => await _context.Queues.ViewAsync(view, cancellation);

    /// <summary>How many documents are in which state.</summary>
    public IReadOnlyList<QueueCount> Counts() => _context.Queues.Counts();

    /// <summary>A document of a work queue with its attempts; null where there is none.</summary>
    public async Task<Document?> GetAsync(Unid id, CancellationToken cancellation) => await _context.Queues.GetAsync(id, cancellation);
}
