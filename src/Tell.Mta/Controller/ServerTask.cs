using Microsoft.Extensions.Logging;

namespace Tell.Mta.Controller;

/// <summary>
/// One of the tasks that the Add-In Controller starts and stops. It runs a loop of its own; a loop that fails is logged and started
/// again after a growing pause, while the other tasks go on (invariant 6).
/// </summary>
public abstract partial class ServerTask : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromMinutes(1);

    private readonly ILogger _log;
    private CancellationTokenSource? _stop;
    private Task _loop = Task.CompletedTask;

    /// <summary>A stopped task.</summary>
    protected ServerTask(string title, MtaContext context)
    {
        Title = title;
        Context = context;
        Wake = new Signal(context.Time);
        _log = context.Loggers.CreateLogger(title);
    }

    /// <summary>The name on the console, for example "SMTPMTA drt".</summary>
    public string Title { get; }

    /// <summary>How it stands.</summary>
    public TaskState State { get; private set; }

    /// <summary>What it is doing, for SHOW TASKS.</summary>
    public string Activity => State switch
    {
        TaskState.Running => Doing,
        TaskState.Stopped => "Stopped",
        TaskState.Stopping => "Stopping",
        _ => "Failed; restarting",
    };

    /// <summary>What the tasks share.</summary>
    protected MtaContext Context { get; }

    /// <summary>Wakes the loop.</summary>
    protected Signal Wake { get; }

    /// <summary>The task's log.</summary>
    protected ILogger Log => _log;

    /// <summary>What it is doing while it runs.</summary>
    protected virtual string Doing => "Idle";

    /// <summary>Starts the loop; nothing where it runs already.</summary>
    /// <exception cref="IOException">It cannot start, for example because its port is in use; the message says why.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (_stop is not null)
            return;
        await PrepareAsync(cancellation);
        Begin();
    }

    /// <summary>Starts the loop of a stopped task, which prepares itself: what is missing is waited for.</summary>
    internal void Begin()
    {
        _stop = new CancellationTokenSource();
        State = TaskState.Running;
        LogStarted();
        _loop = SuperviseAsync(_stop.Token);
    }

    /// <summary>Stops it and waits until all that it owns has ended; nothing where it is stopped.</summary>
    public async Task StopAsync()
    {
        if (_stop is null)
            return;
        State = TaskState.Stopping;
        _stop.Cancel();
        await _loop;
        _stop.Dispose();
        _stop = null;
        State = TaskState.Stopped;
        LogStopped();
    }

    /// <summary>New settings are in force: by default only a reason to look again.</summary>
    public virtual ValueTask ReloadAsync(CancellationToken cancellation)
    {
        Wake.Set();
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends its timer; the task is stopped before.</summary>
    public virtual void Dispose()
    {
        Wake.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What must succeed before the task counts as started.</summary>
    protected virtual ValueTask PrepareAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>The loop. Ends by the cancellation only; an exception out of it restarts it.</summary>
    protected abstract Task RunAsync(CancellationToken stop);

    private async Task SuperviseAsync(CancellationToken stop)
    {
        var pause = FirstPause;
        while (true)
        {
            var begun = Context.Time.GetTimestamp();
            try
            {
                await RunAsync(stop);
                return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            // The one ladder for "we are wrong" (STYLE, errors): the task stops, and is restarted here.
            catch (Exception fault)
            {
                if (Context.Time.GetElapsedTime(begun) > LongestPause)
                    pause = FirstPause;
                State = TaskState.Restarting;
                LogFailed(fault, pause.TotalSeconds);
            }
            try
            {
                await Wake.WaitAsync(pause, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            State = TaskState.Running;
        }
    }

    [LoggerMessage(1001, LogLevel.Information, "started")]
    private partial void LogStarted();

    [LoggerMessage(1002, LogLevel.Information, "stopped")]
    private partial void LogStopped();

    [LoggerMessage(1003, LogLevel.Error, "failed; it is started again in {Seconds} s")]
    private partial void LogFailed(Exception fault, double seconds);
}
