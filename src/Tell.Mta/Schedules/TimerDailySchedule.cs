using Microsoft.Extensions.Logging;

namespace Tell.Mta.Schedules;

/// <summary>
/// A daily schedule on a TimeProvider alone, for a simulator: Quartz fires on threads of its own, and a virtual clock that jumps five
/// days must have run five nights in order on one thread. Its members are called on that thread.
/// </summary>
/// <param name="time">The clock; its local time zone is the one that "at" is meant in.</param>
/// <param name="loggers">Where failed jobs are logged.</param>
public sealed class TimerDailySchedule(TimeProvider time, ILoggerFactory loggers) : IDailySchedule
{
    private readonly ILogger _logger = loggers.CreateLogger<TimerDailySchedule>();
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource<bool>? _bell;
    private (TimeOnly At, Func<CancellationToken, Task> Job)? _plan;
    private Task? _loop;

    /// <inheritdoc/>
    public DateTimeOffset? Next { get; private set; }

    /// <inheritdoc/>
    public ValueTask StartAsync(TimeOnly at, Func<CancellationToken, Task> job, CancellationToken cancellation)
    {
        _plan = (at, job);
        Next = DailyTime.After(time.GetUtcNow(), at, time.LocalTimeZone);
        _bell?.TrySetResult(false);
        _loop ??= LoopAsync();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask StopAsync(CancellationToken cancellation)
    {
        _plan = null;
        Next = null;
        _bell?.TrySetResult(false);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        await StopAsync(CancellationToken.None);
        if (_loop is not null)
            await _loop;
        _loop = null;
    }

    private async Task LoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            if (!await WaitAsync(Next) || _plan is not { } plan)
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
    private async Task<bool> WaitAsync(DateTimeOffset? until)
    {
        // A Task.Delay that is cancelled completes on a thread of the pool, which a simulator cannot have.
        var bell = _bell = new TaskCompletionSource<bool>();
        var wait = until is { } at ? Least(at - time.GetUtcNow()) : Timeout.InfiniteTimeSpan;
        using var timer = time.CreateTimer(_ => bell.TrySetResult(true), null, wait, Timeout.InfiniteTimeSpan);
        return await bell.Task;
    }

    private static TimeSpan Least(TimeSpan wait) => wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
}
