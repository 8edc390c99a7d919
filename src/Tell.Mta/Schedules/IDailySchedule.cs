namespace Tell.Mta.Schedules;

/// <summary>
/// Runs one job each day at the same local time. Runs never overlap: while one lasts, the next is left out or waits for its end. A job
/// that fails is logged, and the next day it runs again. Disposing cancels a running job and waits for its end.
/// </summary>
public interface IDailySchedule : IAsyncDisposable
{
    /// <summary>When the job runs next; null where nothing is scheduled.</summary>
    DateTimeOffset? Next { get; }

    /// <summary>
    /// Schedules a job; called again, the new time and job take the place of the old ones. A job that runs is not waited for, so a job may call it.
    /// </summary>
    ValueTask StartAsync(TimeOnly at, Func<CancellationToken, Task> job, CancellationToken cancellation);

    /// <summary>Schedules nothing any more; a job that runs is not waited for.</summary>
    ValueTask StopAsync(CancellationToken cancellation);
}
