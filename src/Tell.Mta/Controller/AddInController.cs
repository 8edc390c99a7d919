using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mta.Configuration;
using Tell.Mta.Inbound;
using Tell.Mta.LocalDelivery;
using Tell.Mta.Operations;
using Tell.Mta.Outbound;
using Tell.Mta.Pickup;
using Tell.Mta.Reports;
using Tell.Mta.Routing;
using Tell.Mta.Schedules;
using Tell.Mta.Security.TlsRpt;
using Tell.Mta.Statistics;

namespace Tell.Mta.Controller;

/// <summary>
/// SMTPMTA: starts, stops and restarts the other tasks, re-reads the configuration every SMTPMTA_ConfigPollSeconds, and does the nightly
/// housekeeping (seed 002). Orders are carried out one after the other.
/// </summary>
public sealed partial class AddInController : IAsyncDisposable
{
    /// <summary>The controller's name on the console.</summary>
    public const string Title = "SMTPMTA";

    private readonly MtaContext _context;
    private readonly ISettingsSource _source;
    private readonly IDailySchedule _nightly;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _orders = new(1, 1);
    private readonly Signal _nextPoll;
    private readonly ServerTask[] _tasks;
    private CancellationTokenSource? _stop;
    private Task _polling = Task.CompletedTask;
    private string _doing = "Idle";
    private string _lastProblems = "";

    internal AddInController(MtaContext context, ISettingsSource source, IDailySchedule nightly)
    {
        (_context, _source, _nightly) = (context, source, nightly);
        _log = context.Loggers.CreateLogger(Title);
        _nextPoll = new Signal(context.Time);
        InboundConversion = new InboundConversionHandler(context);
        Router = new Router(context);
        OutboundConversion = new OutboundConversionHandler(context);
        Outbound = new OutboundSessionController(context);
        Inbound = new InboundSessionController(context, Outbound);
        DeliveryReports = new DeliveryReportTask(context);
        TlsReports = new TlsReportTask(context);
        Pickup = new PickupTask(context);
        // The order of starting: what finishes mail before what brings more of it; stopping goes the other way.
        _tasks = [TlsReports, DeliveryReports, Outbound, OutboundConversion, Router, InboundConversion, Inbound, Pickup];
    }

    /// <summary>When it was loaded; null where it is not.</summary>
    public DateTimeOffset? LoadedAt { get; private set; }

    /// <summary>SMTPMTA isesctl.</summary>
    public InboundSessionController Inbound { get; }

    /// <summary>SMTPMTA imsgcnv.</summary>
    public InboundConversionHandler InboundConversion { get; }

    /// <summary>ROUTER.</summary>
    public Router Router { get; }

    /// <summary>SMTPMTA omsgcnv.</summary>
    public OutboundConversionHandler OutboundConversion { get; }

    /// <summary>SMTPMTA osesctl.</summary>
    public OutboundSessionController Outbound { get; }

    /// <summary>SMTPMTA drt.</summary>
    public DeliveryReportTask DeliveryReports { get; }

    /// <summary>SMTPMTA tlsrpt.</summary>
    public TlsReportTask TlsReports { get; }

    /// <summary>SMTPMTA pickup.</summary>
    public PickupTask Pickup { get; }

    /// <summary>When the next housekeeping is due; null where it is off.</summary>
    public DateTimeOffset? NextHousekeeping => _nightly.Next;

    /// <summary>The controller and its tasks, in the order of the mail.</summary>
    public IReadOnlyList<TaskLine> Tasks => LoadedAt is null
        ? []
        : [new(Title, _doing), .. new ServerTask[] { Inbound, Pickup, InboundConversion, Router, OutboundConversion, Outbound, DeliveryReports, TlsReports }.Select(task => new TaskLine(task.Title, task.Activity))];

    /// <summary>LOAD SMTPMTA: reads the settings and starts all tasks; nothing where it is loaded.</summary>
    /// <exception cref="IOException">A task cannot start, for example because its port is in use. Nothing runs then.</exception>
    public Task LoadAsync(CancellationToken cancellation) => OrderAsync("Starting", async () =>
    {
        if (LoadedAt is not null)
            return true;
        Read();
        await _context.ReportTexts.RefreshAsync(cancellation);
        await _context.Controls.RefreshAsync(cancellation);
        await _context.Connections.RefreshAsync(cancellation);
        try
        {
            await StartTasksAsync(TaskSelection.All, cancellation);
        }
        catch
        {
            await StopTasksAsync(TaskSelection.All);
            throw;
        }
        LoadedAt = _context.Now;
        _stop?.Dispose();
        _stop = new CancellationTokenSource();
        _polling = PollAsync(_stop.Token);
        await ScheduleAsync(cancellation);
        return true;
    }, cancellation);

    /// <summary>TELL SMTPMTA QUIT: brings all tasks to rest and ends the controller; only LOAD SMTPMTA works after it.</summary>
    public async Task QuitAsync(CancellationToken cancellation)
    {
        var polling = Task.CompletedTask;
        await OrderAsync("Stopping", async () =>
        {
            if (LoadedAt is null)
                return false;
            _stop!.Cancel();
            polling = _polling;
            await _nightly.StopAsync(CancellationToken.None);
            await StopTasksAsync(TaskSelection.All);
            LoadedAt = null;
            return true;
        }, cancellation);
        // After the order: a poll that waits for its turn takes it first.
        await polling;
    }

    /// <summary>TELL SMTPMTA START.</summary>
    /// <exception cref="InvalidOperationException">The MTA is not loaded.</exception>
    public Task StartAsync(TaskSelection selection, CancellationToken cancellation) => OrderAsync("Starting tasks", async () =>
    {
        RequireLoaded();
        await StartTasksAsync(selection, cancellation);
        return true;
    }, cancellation);

    /// <summary>TELL SMTPMTA STOP.</summary>
    public Task StopAsync(TaskSelection selection, CancellationToken cancellation) => OrderAsync("Stopping tasks", async () =>
    {
        RequireLoaded();
        await StopTasksAsync(selection);
        return true;
    }, cancellation);

    /// <summary>TELL SMTPMTA REFRESH, and what the poll does: reads the configuration again; what has changed is in force for all tasks at once.</summary>
    public Task<RefreshResult> RefreshAsync(CancellationToken cancellation) => OrderAsync("Reading the configuration", async () =>
    {
        var result = Read() with { Certificates = Inbound.RefreshCertificates() };
        await _context.ReportTexts.RefreshAsync(cancellation);
        result = result with { Templates = _context.ReportTexts.Problems };
        if (!result.Changed)
            return result;
        foreach (var task in _tasks)
            await task.ReloadAsync(cancellation);
        if (LoadedAt is not null)
            await ScheduleAsync(cancellation);
        return result;
    }, cancellation);

    /// <summary>Called when new settings are in force: for what lives outside the MTA, such as the log level.</summary>
    public Action<MtaSettings>? Refreshed { get; set; }

    /// <summary>
    /// TELL SMTPMTA HOUSEKEEPING, and 01:00: brings every task to rest, compacts SMTPIBWQ, SMTPOBWQ and SMTP.BOX (one store), and starts
    /// the tasks that ran. New connections wait meanwhile. Dead mail is not touched.
    /// </summary>
    public Task<HousekeepingReport> HousekeepAsync(CancellationToken cancellation) => OrderAsync("Housekeeping", async () =>
    {
        var begun = _context.Now;
        var dead = Dead();
        var running = _tasks.Where(task => task.State != TaskState.Stopped).ToArray();
        List<CompactionReport> compactions = [];
        try
        {
            Inbound.KeepListening = true;
            foreach (var task in running.Reverse())
                await task.StopAsync();
            compactions.Add(await _context.Queues.CompactAsync(cancellation));
            // A destination that nothing happened to for so long has no mail here: it begins again at zero when it has.
            await _context.Queues.ForgetTrafficAsync(_context.Now - StatisticsDesk.DestinationsKept, cancellation);
            await _context.Queues.ChangeCountersAsync([new(Stat.Housekeepings, 1)], cancellation);
        }
        finally
        {
            Inbound.KeepListening = false;
            foreach (var task in running)
                task.Begin();
        }
        var report = new HousekeepingReport(begun, _context.Now - begun, compactions, dead, Dead());
        foreach (var compaction in compactions)
            LogCompacted(compaction.Store, compaction.BytesBefore, compaction.BytesAfter, report.Pause.TotalSeconds, report.DeadAfter);
        return report;
    }, cancellation);

    /// <summary>Quits.</summary>
    public async ValueTask DisposeAsync()
    {
        await QuitAsync(CancellationToken.None);
        await _nightly.DisposeAsync();
        await Inbound.CloseListenersAsync();
        foreach (var task in _tasks)
            task.Dispose();
        _stop?.Dispose();
        _nextPoll.Dispose();
        _orders.Dispose();
    }

    private RefreshResult Read()
    {
        var reading = _source.Read();
        var problems = string.Join('\n', reading.Problems);
        if (problems != _lastProblems)
        {
            foreach (var problem in reading.Problems)
                LogProblem(problem.IsError ? LogLevel.Error : LogLevel.Warning, problem.ToString(), problem.IsError ? "; the old settings stay in force" : "");
            _lastProblems = problems;
        }
        if (reading.Settings is not { } read)
            return new RefreshResult([], reading.Problems);
        // The stores are open where they are: another directory waits for the next start of the program.
        var settings = read with { Directory = _context.Settings.Directory };
        var changes = SettingsCatalogue.Changes(_context.Settings, settings);
        if (changes.Count == 0)
            return new RefreshResult(changes, reading.Problems);
        _context.Settings = settings;
        LogRefreshed();
        Refreshed?.Invoke(settings);
        return new RefreshResult(changes, reading.Problems);
    }

    // Facts lotus 3.1: START is not a substitute for LOAD SMTPMTA.
    private void RequireLoaded()
    {
        if (LoadedAt is null)
            throw new InvalidOperationException("The MTA is not loaded: LOAD SMTPMTA starts it.");
    }

    private long Dead() => _context.Queues.Counts().Where(count => count.State == DocumentState.Dead).Sum(count => count.Documents);

    private async Task<T> OrderAsync<T>(string doing, Func<Task<T>> order, CancellationToken cancellation)
    {
        // Without the token: a wait that can be cancelled completes on the thread pool, which a simulator cannot see.
        cancellation.ThrowIfCancellationRequested();
        await _orders.WaitAsync(CancellationToken.None);
        _doing = doing;
        try
        {
            return await order();
        }
        finally
        {
            _doing = "Idle";
            _orders.Release();
        }
    }

    private IEnumerable<ServerTask> Selected(TaskSelection selection) => selection switch
    {
        TaskSelection.Inbound => [InboundConversion, Inbound],
        TaskSelection.InboundTransport => [Inbound],
        TaskSelection.InboundConversion => [InboundConversion],
        TaskSelection.Outbound => [Outbound, OutboundConversion],
        TaskSelection.OutboundTransport => [Outbound],
        TaskSelection.OutboundConversion => [OutboundConversion],
        TaskSelection.DrTask => [DeliveryReports],
        _ => _tasks,
    };

    private async Task StartTasksAsync(TaskSelection selection, CancellationToken cancellation)
    {
        foreach (var task in Selected(selection))
            await task.StartAsync(cancellation);
    }

    private async Task StopTasksAsync(TaskSelection selection)
    {
        foreach (var task in Selected(selection).Reverse())
            await task.StopAsync();
    }

    private async ValueTask ScheduleAsync(CancellationToken cancellation)
    {
        var settings = _context.Settings;
        if (settings.Housekeeping)
            await _nightly.StartAsync(new TimeOnly(settings.HousekeepingHour, 0), HousekeepAsync, cancellation);
        else
            await _nightly.StopAsync(cancellation);
    }

    private async Task PollAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await _nextPoll.WaitAsync(TimeSpan.FromSeconds(_context.Settings.ConfigPollSeconds), stop);
                await RefreshAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            // The ladder of the poll: it goes on with the next one, whatever new settings have led to.
            catch (Exception fault)
            {
                LogPollFailed(fault);
            }
        }
    }

    [LoggerMessage(EventId = 1021, Message = "configuration: {Problem}{Consequence}")]
    private partial void LogProblem(LogLevel level, string problem, string consequence);

    [LoggerMessage(1025, LogLevel.Error, "configuration: new settings could not be carried out whole")]
    private partial void LogPollFailed(Exception fault);

    [LoggerMessage(1022, LogLevel.Information, "configuration: new settings are in force")]
    private partial void LogRefreshed();

    [LoggerMessage(1023, LogLevel.Information, "housekeeping: {Store} compacted from {Before} to {After} octets; tasks at rest for {Seconds:0.0} s; {Dead} dead documents untouched")]
    private partial void LogCompacted(string store, long before, long after, double seconds, long dead);
}
