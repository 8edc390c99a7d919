using Microsoft.Extensions.Logging;

namespace Tell.Mta.Schedules;

/// <summary>
/// A daily schedule on a TimeProvider alone, for a simulator: Quartz fires on threads of its own, and a virtual clock that jumps five
/// days must have run five nights in order on one thread.
/// </summary>
/// <param name="time">The clock; its local time zone is the one that "at" is meant in.</param>
/// <param name="loggers">Where failed jobs are logged.</param>
public sealed class TimerDailySchedule(TimeProvider time, ILoggerFactory loggers) : IDailySchedule
{
    private readonly ILogger _logger = loggers.CreateLogger<TimerDailySchedule>();
    private readonly CancellationTokenSource _stop = new();
    private CancellationTokenSource _wake = new();
    private (TimeOnly At, Func<CancellationToken, Task> Job)? _plan;
    private Task? _loop;

    /// <inheritdoc/>
    public DateTimeOffset? Next { get; private set; }

    /// <inheritdoc/>
    public async ValueTask StartAsync(TimeOnly at, Func<CancellationToken, Task> job, CancellationToken cancellation)
    {
        _plan = (at, job);
        Next = DailyTime.After(time.GetUtcNow(), at, time.LocalTimeZone);
        await WakeAsync();
        _loop ??= LoopAsync();
    }

    /// <inheritdoc/>
    public ValueTask StopAsync(CancellationToken cancellation)
    {
        _plan = null;
        Next = null;
        return WakeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await StopAsync(CancellationToken.None);
        if (_loop is not null)
            await _loop;
        _loop = null;
    }

    private async ValueTask WakeAsync()
    {
        var old = _wake;
        _wake = new CancellationTokenSource();
        await old.CancelAsync();
        old.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            if (!await WaitAsync(Next, _wake.Token) || _plan is not { } plan)
                continue;
            try
            {
                await plan.Job(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                ScheduleLog.JobFailed(_logger, problem);
            }
            // A job that was scheduled anew while this one ran has its time already.
            if (_plan == plan)
                Next = DailyTime.After(time.GetUtcNow(), plan.At, time.LocalTimeZone);
        }
    }

    /// <summary>True when the time has come; false when the plan has changed meanwhile.</summary>
    private async Task<bool> WaitAsync(DateTimeOffset? until, CancellationToken changed)
    {
        try
        {
            await Task.Delay(until is { } at ? Least(at - time.GetUtcNow()) : Timeout.InfiniteTimeSpan, time, changed);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static TimeSpan Least(TimeSpan wait) => wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
}
