using Microsoft.Extensions.Logging;
using Quartz;

namespace Tell.Mta.Schedules;

/// <summary>What Quartz runs: the job of a <see cref="QuartzDailySchedule"/>, with the ladder that keeps a failure from ending the schedule.</summary>
[DisallowConcurrentExecution]
internal sealed class DailyJob(ILogger logger) : IJob
{
    /// <summary>The job as it is scheduled now.</summary>
    public Func<Task> Run { get; set; } = () => Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await Run();
        }
        catch (OperationCanceledException)
        {
            // The schedule was disposed: its owner stops.
        }
        catch (Exception problem)
        {
            ScheduleLog.JobFailed(logger, problem);
        }
    }
}
